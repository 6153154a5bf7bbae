import { createHash } from 'node:crypto';
import { ledger } from '@hyperledger/fabric-protos';
import { versionMessage } from '../messages/readWriteSet.js';
import type { Metadata } from '../state/entry.js';
import { compareKeys } from '../state/keyOrder.js';
import type { Version } from '../state/version.js';

const { rwset } = ledger;
const { kvrwset } = rwset;
type KVRWSet = ledger.rwset.kvrwset.KVRWSet;
type RangeQueryInfo = ledger.rwset.kvrwset.RangeQueryInfo;

interface WriteValue {
  /** Null deletes. */
  readonly value: Uint8Array | null;
  readonly purge: boolean;
}

/** Reads and writes of one namespace or of one collection, by plain key. */
class KeySet {
  readonly reads = new Map<string, Version | null>();
  readonly writes = new Map<string, WriteValue>();
  readonly metadata = new Map<string, Metadata | null>();
}

class NamespaceSet extends KeySet {
  readonly collections = new Map<string, KeySet>();
  readonly rangeQueries: { info: RangeQueryInfo; signature: string }[] = [];
}

export interface SimulationResults {
  /** `rwset.TxReadWriteSet` */
  readonly publicSet: Uint8Array;
  readonly namespaces: readonly string[];
  /** Private write sets; null where there are none. */
  readonly privateSet: ledger.rwset.TxPvtReadWriteSet | null;
}

/** Gathers what a simulation read and wrote, and makes Fabric's messages of it, everything in the order of its keys. */
export class ReadWriteSetBuilder {
  readonly #namespaces = new Map<string, NamespaceSet>();

  read(namespace: string, key: string, version: Version | null): void {
    this.#of(namespace).reads.set(key, version);
  }

  write(namespace: string, key: string, value: Uint8Array | null): void {
    this.#of(namespace).writes.set(key, { value, purge: false });
  }

  writeMetadata(namespace: string, key: string, metadata: Metadata | null): void {
    this.#of(namespace).metadata.set(key, metadata);
  }

  rangeQuery(namespace: string, info: RangeQueryInfo): void {
    const signature = JSON.stringify([info.getStartKey(), info.getEndKey(), info.getItrExhausted()]);
    const { rangeQueries } = this.#of(namespace);
    if (!rangeQueries.some((known) => known.signature === signature)) rangeQueries.push({ info, signature });
  }

  readHash(namespace: string, collection: string, key: string, version: Version | null): void {
    this.#collection(namespace, collection).reads.set(key, version);
  }

  writePrivate(namespace: string, collection: string, key: string, value: Uint8Array | null, purge = false): void {
    this.#collection(namespace, collection).writes.set(key, { value, purge });
  }

  writePrivateMetadata(namespace: string, collection: string, key: string, metadata: Metadata | null): void {
    this.#collection(namespace, collection).metadata.set(key, metadata);
  }

  results(): SimulationResults {
    const publicSet = new rwset.TxReadWriteSet();
    const privateSet = new rwset.TxPvtReadWriteSet();
    for (const [name, set] of sorted(this.#namespaces)) {
      const privateNamespace = new rwset.NsPvtReadWriteSet();
      privateNamespace.setNamespace(name);
      publicSet.addNsRwset(namespaceMessage(name, set, privateNamespace));
      if (privateNamespace.getCollectionPvtRwsetList().length > 0) privateSet.addNsPvtRwset(privateNamespace);
    }
    return {
      publicSet: publicSet.serializeBinary(),
      namespaces: sorted(this.#namespaces).map(([name]) => name),
      privateSet: privateSet.getNsPvtRwsetList().length > 0 ? privateSet : null,
    };
  }

  #of(namespace: string): NamespaceSet {
    return getOrMake(this.#namespaces, namespace, () => new NamespaceSet());
  }

  #collection(namespace: string, collection: string): KeySet {
    return getOrMake(this.#of(namespace).collections, collection, () => new KeySet());
  }
}

function namespaceMessage(
  name: string,
  set: NamespaceSet,
  privateNamespace: ledger.rwset.NsPvtReadWriteSet,
): ledger.rwset.NsReadWriteSet {
  const message = new rwset.NsReadWriteSet();
  message.setNamespace(name);
  message.setRwset(publicKeys(set).serializeBinary());
  for (const [collection, keys] of sorted(set.collections)) {
    const hashed = new rwset.CollectionHashedReadWriteSet();
    hashed.setCollectionName(collection);
    hashed.setHashedRwset(hashedKeys(keys).serializeBinary());
    if (keys.writes.size > 0 || keys.metadata.size > 0) {
      const values = privateKeys(keys).serializeBinary();
      hashed.setPvtRwsetHash(sha256(values));
      const privateCollection = new rwset.CollectionPvtReadWriteSet();
      privateCollection.setCollectionName(collection);
      privateCollection.setRwset(values);
      privateNamespace.addCollectionPvtRwset(privateCollection);
    }
    message.addCollectionHashedRwset(hashed);
  }
  return message;
}

function publicKeys(set: NamespaceSet): KVRWSet {
  const message = new kvrwset.KVRWSet();
  for (const [key, version] of sorted(set.reads)) {
    const read = new kvrwset.KVRead();
    read.setKey(key);
    read.setVersion(versionMessage(version));
    message.addReads(read);
  }
  message.setRangeQueriesInfoList(set.rangeQueries.map(({ info }) => info));
  addWrites(message, set);
  for (const [key, metadata] of sorted(set.metadata)) {
    const write = new kvrwset.KVMetadataWrite();
    write.setKey(key);
    write.setEntriesList(entriesOf(metadata));
    message.addMetadataWrites(write);
  }
  return message;
}

/** The private write set tells the keys whose metadata changes, not the metadata. */
function privateKeys(set: KeySet): KVRWSet {
  const message = new kvrwset.KVRWSet();
  addWrites(message, set);
  for (const [key] of sorted(set.metadata)) {
    const write = new kvrwset.KVMetadataWrite();
    write.setKey(key);
    message.addMetadataWrites(write);
  }
  return message;
}

function addWrites(message: KVRWSet, set: KeySet): void {
  for (const [key, { value }] of sorted(set.writes)) {
    const write = new kvrwset.KVWrite();
    write.setKey(key);
    write.setIsDelete(value === null);
    write.setValue(value ?? new Uint8Array());
    message.addWrites(write);
  }
}

function hashedKeys(set: KeySet): ledger.rwset.kvrwset.HashedRWSet {
  const message = new kvrwset.HashedRWSet();
  for (const [key, version] of sorted(set.reads)) {
    const read = new kvrwset.KVReadHash();
    read.setKeyHash(sha256(key));
    read.setVersion(versionMessage(version));
    message.addHashedReads(read);
  }
  for (const [key, { value, purge }] of sorted(set.writes)) {
    const write = new kvrwset.KVWriteHash();
    write.setKeyHash(sha256(key));
    write.setIsDelete(value === null);
    if (value !== null) write.setValueHash(sha256(value));
    write.setIsPurge(purge);
    message.addHashedWrites(write);
  }
  for (const [key, metadata] of sorted(set.metadata)) {
    const write = new kvrwset.KVMetadataWriteHash();
    write.setKeyHash(sha256(key));
    write.setEntriesList(entriesOf(metadata));
    message.addMetadataWrites(write);
  }
  return message;
}

function entriesOf(metadata: Metadata | null): ledger.rwset.kvrwset.KVMetadataEntry[] {
  return sorted(metadata ?? new Map<string, Uint8Array>()).map(([name, value]) => {
    const entry = new kvrwset.KVMetadataEntry();
    entry.setName(name);
    entry.setValue(value);
    return entry;
  });
}

const sorted = <T>(map: ReadonlyMap<string, T>): [string, T][] => [...map].sort(([a], [b]) => compareKeys(a, b));

const sha256 = (data: Uint8Array | string): Uint8Array => createHash('sha256').update(data).digest();

function getOrMake<T>(map: Map<string, T>, key: string, make: () => T): T {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
