import type { Version } from './version.js';

/** Names and values beside a key's value, such as its key-level endorsement policy. */
export type Metadata = ReadonlyMap<string, Uint8Array>;

export interface StateEntry {
  readonly value: Uint8Array;
  readonly version: Version;
  readonly metadata: Metadata | null;
}

export interface KeyedEntry {
  readonly key: string;
  readonly entry: StateEntry;
}

/** What a block changes: for each namespace, the new entry of a key, or null where it was deleted. */
export type StateChanges = ReadonlyMap<string, ReadonlyMap<string, StateEntry | null>>;

/** Reads of one height. */
export interface StateReader {
  get(namespace: string, key: string): StateEntry | undefined;
  /** Keys from `start` on and before `end` (an empty `end`: up to the last), in order. */
  keys(namespace: string, start: string, end: string): string[];
}

// NUL cannot stand in a chaincode's or a collection's name.
const HASHED = '\0hashed\0';
const PRIVATE = '\0private\0';

/** Where the hashes of a collection are kept: on every peer. Keys are hexadecimal. */
export const hashedNamespace = (namespace: string, collection: string): string => namespace + HASHED + collection;

/** Where the values of a collection are kept: on the peers of its members. */
export const privateNamespace = (namespace: string, collection: string): string => namespace + PRIVATE + collection;

/** Chaincode and, for hashes, collection of a namespace that `hashedNamespace` or a chaincode name made. */
export function namespaceParts(namespace: string): { readonly namespace: string; readonly collection: string } {
  const [name = '', collection = ''] = namespace.split(HASHED);
  return { namespace: name, collection };
}
