import { randomBytes } from 'node:crypto';
import { common } from '@hyperledger/fabric-protos';
import { dataHash, sha256 } from '../orderer/blockHash.js';
import { channelGroup, type ChannelSpec } from './channelGroup.js';
import { channelHeader, payload } from './envelope.js';

/** The first block of a channel, as configtxgen makes it: a transaction id, but neither creator nor signature. */
export function genesisBlock(spec: ChannelSpec): common.Block {
  const config = new common.Config();
  config.setChannelGroup(channelGroup(spec));
  const envelope = new common.ConfigEnvelope();
  envelope.setConfig(config);
  const nonce = randomBytes(24);
  const signature = new common.SignatureHeader();
  signature.setNonce(nonce);
  const header = channelHeader(common.HeaderType.CONFIG, spec.name, 1);
  header.setTxId(Buffer.from(sha256([nonce])).toString('hex'));
  const made = new common.Envelope();
  made.setPayload(payload(header, signature, envelope).serializeBinary());
  return firstBlock(made.serializeBinary());
}

function firstBlock(envelope: Uint8Array): common.Block {
  const data = new common.BlockData();
  data.setDataList([envelope]);
  const header = new common.BlockHeader();
  header.setDataHash(dataHash([envelope]));
  const block = new common.Block();
  block.setHeader(header);
  block.setData(data);
  block.setMetadata(genesisMetadata());
  return block;
}

function genesisMetadata(): common.BlockMetadata {
  const ordererMetadata = new common.OrdererBlockMetadata();
  ordererMetadata.setLastConfig(new common.LastConfig());
  const signatures = new common.Metadata();
  signatures.setValue(ordererMetadata.serializeBinary());
  const lastConfig = new common.Metadata();
  const metadata = new common.BlockMetadata();
  const empty = new Uint8Array();
  metadata.setMetadataList([signatures.serializeBinary(), lastConfig.serializeBinary(), empty, empty, empty]);
  return metadata;
}
