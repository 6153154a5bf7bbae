import { createHash } from 'node:crypto';
import { peer } from '@hyperledger/fabric-protos';

const { StateData, StateMetadata } = peer.lifecycle;

/** Reads of a state, plain or private, by key. */
export interface ReadableState {
  get(key: string): Uint8Array | undefined;
}

export interface WritableState extends ReadableState {
  put(key: string, value: Uint8Array): void;
  delete(key: string): void;
}

/** A private state of which only hashes can be seen. */
export interface OpaqueState {
  hash(key: string): Uint8Array | undefined;
}

export type FieldValue = string | number | Uint8Array;

/** A structure as it is kept in the state: one key for each field and one that names the type and the fields. */
export interface StateRecord {
  readonly datatype: string;
  /** In the order of the structure. */
  readonly fields: ReadonlyMap<string, FieldValue>;
}

/** Where definitions and approvals stand. */
export const DEFINITIONS = 'namespaces';
/** Where an approval says which package runs. */
export const SOURCES = 'chaincode-sources';

export const metadataKey = (namespace: string, name: string): string => `${namespace}/metadata/${name}`;
export const fieldKey = (namespace: string, name: string, field: string): string =>
  `${namespace}/fields/${name}/${field}`;

/** Writes the fields that changed, and the metadata where the type or the fields changed. */
export function writeRecord(state: WritableState, namespace: string, name: string, record: StateRecord): void {
  const metadata = readMetadata(state, namespace, name);
  const before = metadata?.getFieldsList() ?? [];
  const existing = new Map(before.map((field) => [field, state.get(fieldKey(namespace, name, field))]));
  for (const [field, value] of record.fields) {
    const bytes = fieldBytes(value);
    const known = existing.get(field);
    if (known === undefined || !equal(known, bytes)) state.put(fieldKey(namespace, name, field), bytes);
  }
  const obsolete = before.filter((field) => !record.fields.has(field));
  if (!describes(metadata, record)) state.put(metadataKey(namespace, name), metadataBytes(record));
  for (const field of obsolete) state.delete(fieldKey(namespace, name, field));
}

function describes(metadata: peer.lifecycle.StateMetadata | null, record: StateRecord): boolean {
  const fields = metadata?.getFieldsList() ?? [];
  const sameFields = fields.length === record.fields.size && fields.every((field) => record.fields.has(field));
  return sameFields && metadata?.getDatatype() === record.datatype;
}

export function readMetadata(
  state: ReadableState,
  namespace: string,
  name: string,
): peer.lifecycle.StateMetadata | null {
  const bytes = state.get(metadataKey(namespace, name));
  return bytes === undefined ? null : StateMetadata.deserializeBinary(bytes);
}

export function readField(
  state: ReadableState,
  namespace: string,
  name: string,
  field: string,
): peer.lifecycle.StateData {
  return StateData.deserializeBinary(state.get(fieldKey(namespace, name, field)) ?? new Uint8Array());
}

/** The fields whose hash in an opaque state is not that of the record; the datatype alone where the type is not the same. */
export function mismatches(state: OpaqueState, namespace: string, name: string, record: StateRecord): string[] {
  const known = state.hash(metadataKey(namespace, name));
  const hashes = [...record.fields].map(([field, value]) => ({
    field,
    expected: sha256(fieldBytes(value)),
    found: state.hash(fieldKey(namespace, name, field)),
  }));
  if (known === undefined || !equal(known, sha256(metadataBytes(record)))) return [record.datatype];
  return hashes
    .filter(({ expected, found }) => found === undefined || !equal(expected, found))
    .map(({ field }) => field);
}

function fieldBytes(value: FieldValue): Uint8Array {
  const data = new StateData();
  if (typeof value === 'string') data.setString(value);
  else if (typeof value === 'number') data.setInt64(value);
  else data.setBytes(value);
  return data.serializeBinary();
}

function metadataBytes(record: StateRecord): Uint8Array {
  const metadata = new StateMetadata();
  metadata.setDatatype(record.datatype);
  metadata.setFieldsList([...record.fields.keys()]);
  return metadata.serializeBinary();
}

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();
export const equal = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;
