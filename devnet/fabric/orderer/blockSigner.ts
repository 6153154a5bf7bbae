import { randomBytes } from 'node:crypto';
import jspb from 'google-protobuf';
import { common, orderer } from '@hyperledger/fabric-protos';
import { bftQuorum } from '../config/ordererGroup.js';
import type { OrdererSettings } from '../config/ordererSettings.js';
import { signatureHeader, type SigningIdentity } from '../msp/signingIdentity.js';
import { headerBytes } from './blockHash.js';

/** An orderer's key, and the certificate by which a channel's configuration names it as a consenter. */
export interface OrdererSigner {
  readonly certificatePem: string;
  readonly identity: SigningIdentity;
}

const { SIGNATURES, LAST_CONFIG } = common.BlockMetadataIndex;
const METADATA_SLOTS = 5;

/**
 * Writes a block's metadata as real orderers do: the number of the last config block, and signatures over
 * value || header || DER of the block's header; one with a signature header for Raft, a quorum with identifier headers for BFT.
 * @param settings of the configuration in force before the block
 * @throws {Error} where the keys of too few consenters are here
 */
export function signBlock(
  block: common.Block,
  lastConfig: number,
  settings: OrdererSettings,
  signers: readonly OrdererSigner[],
): void {
  const header = block.getHeader();
  if (header === undefined) throw new Error('A block without a header cannot be signed');
  const index = new common.LastConfig();
  index.setIndex(lastConfig);
  const value = new common.OrdererBlockMetadata();
  value.setLastConfig(index);
  value.setConsenterMetadata(consenterMetadata(settings, header.getNumber()));
  const signed = value.serializeBinary();
  const signatures = new common.Metadata();
  signatures.setValue(signed);
  signatures.setSignaturesList(
    settings.consensus === 'BFT'
      ? bftSignatures(header, signed, settings, signers)
      : [raftSignature(header, signed, signers)],
  );
  block.setMetadata(metadata(signatures, index));
}

function metadata(signatures: common.Metadata, lastConfig: common.LastConfig): common.BlockMetadata {
  const slots: Uint8Array[] = Array.from({ length: METADATA_SLOTS }, () => new Uint8Array());
  const last = new common.Metadata();
  last.setValue(lastConfig.serializeBinary());
  slots[SIGNATURES] = signatures.serializeBinary();
  slots[LAST_CONFIG] = last.serializeBinary();
  const made = new common.BlockMetadata();
  made.setMetadataList(slots);
  return made;
}

function consenterMetadata(settings: OrdererSettings, number: number): Uint8Array {
  if (settings.consensus === 'BFT') return viewMetadata(number);
  const raft = new orderer.etcdraft.BlockMetadata();
  raft.setConsenterIdsList([1]);
  raft.setNextConsenterId(2);
  // The first entry of a Raft log is its own configuration.
  raft.setRaftIndex(number + 2);
  const wrapped = new common.Metadata();
  wrapped.setValue(raft.serializeBinary());
  return wrapped.serializeBinary();
}

/** SmartBFT's ViewMetadata, which is no message of Fabric's: field 2 the latest sequence, field 3 the decisions in this view. */
function viewMetadata(number: number): Uint8Array {
  const writer = new jspb.BinaryWriter();
  writer.writeUint64(2, number);
  if (number > 1) writer.writeUint64(3, number - 1);
  return writer.getResultBuffer();
}

function raftSignature(
  header: common.BlockHeader,
  value: Uint8Array,
  signers: readonly OrdererSigner[],
): common.MetadataSignature {
  const [signer] = signers;
  if (signer === undefined) throw new Error('no orderer can sign blocks');
  const creator = signatureHeader(signer.identity.serialized).serializeBinary();
  const signature = new common.MetadataSignature();
  signature.setSignatureHeader(creator);
  signature.setSignature(signer.identity.sign(Buffer.concat([value, creator, headerBytes(header)])));
  return signature;
}

function bftSignatures(
  header: common.BlockHeader,
  value: Uint8Array,
  settings: OrdererSettings,
  signers: readonly OrdererSigner[],
): common.MetadataSignature[] {
  const able = settings.consenters.flatMap((consenter) => {
    const certificate = Buffer.from(consenter.getIdentity_asU8()).toString('utf8').trim();
    const signer = signers.find((candidate) => candidate.certificatePem.trim() === certificate);
    return signer === undefined ? [] : [{ id: consenter.getId(), signer }];
  });
  const quorum = bftQuorum(settings.consenters.length);
  if (able.length < quorum) {
    throw new Error(`insufficient number of orderers: ${able.length} can sign, a quorum is ${quorum}`);
  }
  // Another one is left out of each block, so that every consenter is seen to sign.
  const first = header.getNumber() % able.length;
  const turn = [...able.slice(first), ...able.slice(0, first)].slice(0, quorum);
  return turn.map(({ id, signer }) => {
    const identifier = new common.IdentifierHeader();
    identifier.setIdentifier(id);
    identifier.setNonce(randomBytes(24));
    const bytes = identifier.serializeBinary();
    const signature = new common.MetadataSignature();
    signature.setIdentifierHeader(bytes);
    signature.setSignature(signer.identity.sign(Buffer.concat([value, bytes, headerBytes(header)])));
    return signature;
  });
}
