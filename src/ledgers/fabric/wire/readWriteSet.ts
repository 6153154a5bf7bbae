import type {
  MetadataWrite,
  PrivateWrite,
  RangeQuery,
  StateRead,
  StateVersion,
  StateWrite,
} from '../../../model/fabric.js';
import {
  BYTES_1,
  BYTES_2,
  BYTES_3,
  BYTES_4,
  BYTES_5,
  Fields,
  NUMBER_1,
  NUMBER_2,
  NUMBER_3,
  NUMBER_4,
  parts,
  repeated,
} from './fields.js';

/** Everything that a transaction read and wrote, over all namespaces, in the order of the block. */
export interface ReadsAndWrites {
  readonly reads: StateRead[];
  readonly writes: StateWrite[];
  readonly privateWrites: PrivateWrite[];
  readonly rangeQueries: RangeQuery[];
  readonly metadataWrites: MetadataWrite[];
}

/** Opens `rwset.TxReadWriteSet` bytes. Throws where they are malformed. */
export function openReadWriteSet(results: Uint8Array): ReadsAndWrites {
  const sets = { reads: [], writes: [], privateWrites: [], rangeQueries: [], metadataWrites: [] };
  for (const namespace of repeated(results, BYTES_2)) openNamespace(namespace, sets);
  return sets;
}

/** `rwset.NsReadWriteSet`. */
function openNamespace(bytes: Uint8Array, into: ReadsAndWrites): void {
  const [name, set] = parts(bytes);
  const namespace = name.toString('utf8');
  openPublic(set, namespace, into);
  for (const collection of repeated(bytes, BYTES_3)) openCollection(collection, namespace, into);
}

/** `kvrwset.KVRWSet`. */
function openPublic(bytes: Uint8Array, namespace: string, into: ReadsAndWrites): void {
  const fields = new Fields(bytes);
  while (fields.next()) {
    if (fields.key === BYTES_1) into.reads.push(openRead(fields.value(), namespace));
    else if (fields.key === BYTES_2) into.rangeQueries.push(openRangeQuery(fields.value(), namespace));
    else if (fields.key === BYTES_3) into.writes.push(openWrite(fields.value(), namespace));
    else if (fields.key === BYTES_4) into.metadataWrites.push(openMetadataWrite(fields.value(), namespace));
  }
}

function openRead(bytes: Uint8Array, namespace: string): StateRead {
  let key = '';
  let version: StateVersion | null = null;
  const fields = new Fields(bytes);
  while (fields.next()) {
    if (fields.key === BYTES_1) key = fields.text();
    else if (fields.key === BYTES_2) version = openVersion(fields.value());
  }
  return { namespace, key, version };
}

function openVersion(bytes: Uint8Array): StateVersion {
  let [block, transaction] = [0, 0];
  const fields = new Fields(bytes);
  while (fields.next()) {
    if (fields.key === NUMBER_1) block = fields.unsigned();
    else if (fields.key === NUMBER_2) transaction = fields.unsigned();
  }
  return { block, transaction };
}

function openWrite(bytes: Uint8Array, namespace: string): StateWrite {
  let [key, value, isDelete] = ['', '', false];
  const fields = new Fields(bytes);
  while (fields.next()) {
    if (fields.key === BYTES_1) key = fields.text();
    else if (fields.key === NUMBER_2) isDelete = fields.flag();
    else if (fields.key === BYTES_3) value = fields.base64();
  }
  return { namespace, key, value: isDelete ? null : value, isDelete };
}

function openMetadataWrite(bytes: Uint8Array, namespace: string): MetadataWrite {
  const [key] = parts(bytes);
  const names = repeated(bytes, BYTES_2).map((entry) => parts(entry)[0].toString('utf8'));
  return { namespace, key: key.toString('utf8'), names };
}

function openRangeQuery(bytes: Uint8Array, namespace: string): RangeQuery {
  let [startKey, endKey, exhausted] = ['', '', false];
  const fields = new Fields(bytes);
  while (fields.next()) {
    if (fields.key === BYTES_1) startKey = fields.text();
    else if (fields.key === BYTES_2) endKey = fields.text();
    else if (fields.key === NUMBER_3) exhausted = fields.flag();
    // Nothing of these is told; malformed they make the transaction so.
    else if (fields.key === BYTES_4) repeated(fields.value(), BYTES_1).forEach((read) => openRead(read, namespace));
    else if (fields.key === BYTES_5) parts(fields.value());
  }
  return { namespace, startKey, endKey, exhausted };
}

/** `rwset.CollectionHashedReadWriteSet`. */
function openCollection(bytes: Uint8Array, namespace: string, into: ReadsAndWrites): void {
  const [name, hashed] = parts(bytes);
  const collection = name.toString('utf8');
  const fields = new Fields(hashed);
  while (fields.next()) {
    if (fields.key === BYTES_2) into.privateWrites.push(openPrivateWrite(fields.value(), namespace, collection));
    else if (fields.key === BYTES_1) openHashedRead(fields.value());
    else if (fields.key === BYTES_3) repeated(fields.value(), BYTES_2).forEach(parts);
  }
}

/** Nothing of it is told; malformed it makes the transaction so. */
function openHashedRead(bytes: Uint8Array): void {
  const [, version] = parts(bytes);
  openVersion(version);
}

/** `kvrwset.KVWriteHash`. */
function openPrivateWrite(bytes: Uint8Array, namespace: string, collection: string): PrivateWrite {
  let [keyHash, valueHash, isDelete, isPurge] = ['', '', false, false];
  const fields = new Fields(bytes);
  while (fields.next()) {
    if (fields.key === BYTES_1) keyHash = fields.hex();
    else if (fields.key === NUMBER_2) isDelete = fields.flag();
    else if (fields.key === BYTES_3) valueHash = fields.hex();
    else if (fields.key === NUMBER_4) isPurge = fields.flag();
  }
  return { namespace, collection, keyHash, valueHash: valueHash === '' ? null : valueHash, isDelete, isPurge };
}
