import { common } from '@hyperledger/fabric-protos';
import type { Bundle } from '../config/bundle.js';
import { bftQuorum } from '../config/ordererGroup.js';
import { serializeIdentity } from '../msp/signingIdentity.js';
import type { SignedData } from '../ports.js';
import { dataHash, headerBytes, headerHash } from './blockHash.js';

/**
 * What is wrong with a block; empty where nothing is.
 * @param previous the block before it; null for the first
 * @param bundle of the configuration in force before the block; null for the first, which nobody signs
 */
export function blockFaults(
  block: common.Block,
  previous: common.Block | null,
  bundle: Bundle | null,
): readonly string[] {
  const header = block.getHeader();
  if (header === undefined) return ['no header'];
  const faults: string[] = [];
  const data = dataHash(block.getData()?.getDataList_asU8() ?? []);
  if (!Buffer.from(data).equals(header.getDataHash_asU8())) faults.push('the data hash is not that of the data');
  const before = previous?.getHeader();
  if (before !== undefined) {
    if (before.getNumber() + 1 !== header.getNumber()) faults.push('the number does not follow');
    if (!Buffer.from(headerHash(before)).equals(header.getPreviousHash_asU8())) {
      faults.push('the previous hash is not that of the block before');
    }
  }
  if (bundle !== null) faults.push(...signatureFaults(block, header, bundle));
  return faults;
}

function signatureFaults(block: common.Block, header: common.BlockHeader, bundle: Bundle): readonly string[] {
  const [bytes] = block.getMetadata()?.getMetadataList_asU8() ?? [];
  const metadata = common.Metadata.deserializeBinary(bytes ?? new Uint8Array());
  const signed = metadata.getSignaturesList().map((signature) => signedBy(signature, metadata, header, bundle));
  const valid = bundle.signers(signed.filter((item) => item !== null));
  const consenters = bundle.orderer.consenters.length;
  const needed = bundle.orderer.consensus === 'BFT' ? bftQuorum(consenters) : 1;
  if (valid.length < needed) return [`${valid.length} of ${needed} needed signatures of orderers are valid`];
  const refusal = bundle.policies.find('/Channel/Orderer/BlockValidation')?.refuse(valid) ?? null;
  return refusal === null ? [] : [`BlockValidation: ${refusal}`];
}

function signedBy(
  signature: common.MetadataSignature,
  metadata: common.Metadata,
  header: common.BlockHeader,
  bundle: Bundle,
): SignedData | null {
  const identifier = signature.getIdentifierHeader_asU8();
  const creator = signature.getSignatureHeader_asU8();
  const identity = identifier.length > 0 ? consenterIdentity(identifier, bundle) : creatorOf(creator);
  if (identity === null) return null;
  return {
    data: Buffer.concat([metadata.getValue_asU8(), creator, identifier, headerBytes(header)]),
    identity,
    signature: signature.getSignature_asU8(),
  };
}

function creatorOf(header: Uint8Array): Uint8Array {
  return common.SignatureHeader.deserializeBinary(header).getCreator_asU8();
}

function consenterIdentity(header: Uint8Array, bundle: Bundle): Uint8Array | null {
  const id = common.IdentifierHeader.deserializeBinary(header).getIdentifier();
  const consenter = bundle.orderer.consenters.find((candidate) => candidate.getId() === id);
  if (consenter === undefined) return null;
  return serializeIdentity(consenter.getMspId(), Buffer.from(consenter.getIdentity_asU8()).toString('utf8'));
}
