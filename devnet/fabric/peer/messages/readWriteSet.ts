import { ledger } from '@hyperledger/fabric-protos';
import type { Metadata } from '../state/entry.js';
import type { Version } from '../state/version.js';

const { rwset } = ledger;
const { kvrwset } = rwset;

export interface Read {
  readonly key: string;
  /** Null where the key did not exist. */
  readonly version: Version | null;
}

export interface Write {
  readonly key: string;
  /** Null where the key is deleted; of a hashed write, the hash of the value. */
  readonly value: Uint8Array | null;
  readonly purge: boolean;
}

export interface MetadataWrite {
  readonly key: string;
  /** Null where all metadata is removed. */
  readonly metadata: Metadata | null;
}

/** Of a collection: keys are the hexadecimal hashes of the real ones. */
export interface CollectionReadWriteSet {
  readonly collection: string;
  readonly reads: readonly Read[];
  readonly writes: readonly Write[];
  readonly metadataWrites: readonly MetadataWrite[];
  /** SHA-256 of the private write set; empty where there is none. */
  readonly privateHash: Uint8Array;
}

export interface NamespaceReadWriteSet {
  readonly namespace: string;
  readonly reads: readonly Read[];
  readonly writes: readonly Write[];
  readonly metadataWrites: readonly MetadataWrite[];
  readonly rangeQueries: readonly ledger.rwset.kvrwset.RangeQueryInfo[];
  readonly collections: readonly CollectionReadWriteSet[];
}

/** Decodes `rwset.TxReadWriteSet`. Throws where the bytes are not one. */
export function decodeReadWriteSet(bytes: Uint8Array): NamespaceReadWriteSet[] {
  return rwset.TxReadWriteSet.deserializeBinary(bytes).getNsRwsetList().map(namespaceOf);
}

function namespaceOf(set: ledger.rwset.NsReadWriteSet): NamespaceReadWriteSet {
  const kv = kvrwset.KVRWSet.deserializeBinary(set.getRwset_asU8());
  return {
    namespace: set.getNamespace(),
    reads: kv.getReadsList().map((read) => ({ key: read.getKey(), version: versionOf(read.getVersion()) })),
    writes: kv.getWritesList().map(writeOf),
    metadataWrites: kv.getMetadataWritesList().map((write) => ({
      key: write.getKey(),
      metadata: metadataOf(write.getEntriesList()),
    })),
    rangeQueries: kv.getRangeQueriesInfoList(),
    collections: set.getCollectionHashedRwsetList().map(collectionOf),
  };
}

function collectionOf(set: ledger.rwset.CollectionHashedReadWriteSet): CollectionReadWriteSet {
  const hashed = kvrwset.HashedRWSet.deserializeBinary(set.getHashedRwset_asU8());
  return {
    collection: set.getCollectionName(),
    reads: hashed.getHashedReadsList().map((read) => ({
      key: hex(read.getKeyHash_asU8()),
      version: versionOf(read.getVersion()),
    })),
    writes: hashed.getHashedWritesList().map((write) => ({
      key: hex(write.getKeyHash_asU8()),
      value: present(write.getIsDelete(), write.getValueHash_asU8()),
      purge: write.getIsPurge(),
    })),
    metadataWrites: hashed.getMetadataWritesList().map((write) => ({
      key: hex(write.getKeyHash_asU8()),
      metadata: metadataOf(write.getEntriesList()),
    })),
    privateHash: set.getPvtRwsetHash_asU8(),
  };
}

/** The plain writes of a private write set (`kvrwset.KVRWSet`). */
export function decodePrivateWrites(bytes: Uint8Array): { writes: Write[]; metadataKeys: string[] } {
  const kv = kvrwset.KVRWSet.deserializeBinary(bytes);
  return {
    writes: kv.getWritesList().map(writeOf),
    metadataKeys: kv.getMetadataWritesList().map((write) => write.getKey()),
  };
}

function writeOf(write: ledger.rwset.kvrwset.KVWrite): Write {
  return { key: write.getKey(), value: present(write.getIsDelete(), write.getValue_asU8()), purge: false };
}

/** A write of an empty value is a deletion. */
function present(deleted: boolean, value: Uint8Array): Uint8Array | null {
  return deleted || value.length === 0 ? null : value;
}

function metadataOf(entries: readonly ledger.rwset.kvrwset.KVMetadataEntry[]): Metadata | null {
  if (entries.length === 0) return null;
  return new Map(entries.map((entry) => [entry.getName(), entry.getValue_asU8()]));
}

export function versionOf(version: ledger.rwset.kvrwset.Version | undefined): Version | null {
  return version === undefined ? null : { block: version.getBlockNum(), transaction: version.getTxNum() };
}

export function versionMessage(version: Version | null): ledger.rwset.kvrwset.Version | undefined {
  if (version === null) return undefined;
  const message = new kvrwset.Version();
  message.setBlockNum(version.block);
  message.setTxNum(version.transaction);
  return message;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
