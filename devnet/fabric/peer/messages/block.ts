import { createHash } from 'node:crypto';
import { common, peer } from '@hyperledger/fabric-protos';
import { envelopeOf, isConfigTransaction } from './transaction.js';

const METADATA_SLOTS = 5;
const { TRANSACTIONS_FILTER, COMMIT_HASH } = common.BlockMetadataIndex;

export function blockNumber(block: common.Block): number {
  const header = block.getHeader();
  if (header === undefined) throw new Error('block has no header');
  return header.getNumber();
}

export const blockData = (block: common.Block): Uint8Array[] => block.getData()?.getDataList_asU8() ?? [];

/** The validation code of each transaction, as a peer noted it. */
export function transactionsFilter(block: common.Block): Uint8Array {
  return block.getMetadata()?.getMetadataList_asU8()[TRANSACTIONS_FILTER] ?? new Uint8Array();
}

/** The commit hash that a peer noted; empty in a genesis block. */
export function noteOfCommitHash(block: common.Block): Uint8Array {
  const bytes = block.getMetadata()?.getMetadataList_asU8()[COMMIT_HASH] ?? new Uint8Array();
  return bytes.length === 0 ? bytes : common.Metadata.deserializeBinary(bytes).getValue_asU8();
}

/** A copy of an orderer's block with what a peer adds to its metadata. */
export function withValidation(block: common.Block, filter: Uint8Array, commitHash: Uint8Array | null): common.Block {
  const copy = common.Block.deserializeBinary(block.serializeBinary());
  const metadata = copy.getMetadata() ?? new common.BlockMetadata();
  const slots: Uint8Array[] = metadata.getMetadataList_asU8();
  while (slots.length < METADATA_SLOTS) slots.push(new Uint8Array());
  slots[TRANSACTIONS_FILTER] = filter;
  if (commitHash !== null) {
    const note = new common.Metadata();
    note.setValue(commitHash);
    slots[COMMIT_HASH] = note.serializeBinary();
  }
  metadata.setMetadataList(slots);
  copy.setMetadata(metadata);
  return copy;
}

/** SHA-256 of the header as DER: SEQUENCE { INTEGER number, OCTET STRING previous hash, OCTET STRING data hash }. */
export function headerHash(block: common.Block): Uint8Array {
  const header = block.getHeader();
  if (header === undefined) throw new Error('block has no header');
  const body = Buffer.concat([
    der(0x02, integerBytes(header.getNumber())),
    der(0x04, header.getPreviousHash_asU8()),
    der(0x04, header.getDataHash_asU8()),
  ]);
  return createHash('sha256').update(der(0x30, body)).digest();
}

export const dataHash = (block: common.Block): Uint8Array =>
  createHash('sha256')
    .update(Buffer.concat(blockData(block)))
    .digest();

// Every part of a header is shorter than 128 bytes, so one byte holds each length.
const der = (tag: number, bytes: Uint8Array): Buffer => Buffer.concat([Uint8Array.from([tag, bytes.length]), bytes]);

function integerBytes(value: number): Uint8Array {
  const digits = BigInt(value).toString(16);
  const bytes = Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex');
  const [first = 0] = bytes;
  // A leading bit would make it negative.
  return first > 0x7f ? Buffer.concat([Uint8Array.of(0), bytes]) : bytes;
}

/** The configuration that a block carries; null where it is not a config block. */
export function configOf(block: common.Block): common.ConfigEnvelope | null {
  const [first] = blockData(block);
  if (first === undefined) return null;
  const { channelHeader, payload } = envelopeOf(first);
  if (!isConfigTransaction(channelHeader)) return null;
  return common.ConfigEnvelope.deserializeBinary(payload.getData_asU8());
}

/** Number of the latest config block up to this one, as the orderer noted it. */
export function lastConfigIndex(block: common.Block): number {
  const slots = block.getMetadata()?.getMetadataList_asU8() ?? [];
  const signatures = slots[common.BlockMetadataIndex.SIGNATURES] ?? new Uint8Array();
  if (signatures.length === 0) return blockNumber(block) === 0 ? 0 : noted(slots);
  const value = common.Metadata.deserializeBinary(signatures).getValue_asU8();
  return common.OrdererBlockMetadata.deserializeBinary(value).getLastConfig()?.getIndex() ?? noted(slots);
}

function noted(slots: readonly Uint8Array[]): number {
  const note = slots[common.BlockMetadataIndex.LAST_CONFIG] ?? new Uint8Array();
  return common.LastConfig.deserializeBinary(common.Metadata.deserializeBinary(note).getValue_asU8()).getIndex();
}

export const VALID = peer.TxValidationCode.VALID;
