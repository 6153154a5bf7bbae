import { hashedNamespace, privateNamespace } from '../state/entry.js';
import type { StateReader } from '../state/entry.js';
import { LIFECYCLE, implicitCollection, readDefinition } from './definition.js';
import type { ChaincodeDefinition } from './definition.js';
import type { OpaqueState, ReadableState } from './serializer.js';
import { createHash } from 'node:crypto';

/** Lifecycle's public keys in a state. */
export const publicState = (state: StateReader): ReadableState => ({
  get: (key) => state.get(LIFECYCLE, key)?.value,
});

/** An organisation's own approvals, in the private state of its peer. */
export const privateState = (state: StateReader, mspId: string): ReadableState => {
  const namespace = privateNamespace(LIFECYCLE, implicitCollection(mspId));
  return { get: (key) => state.get(namespace, key)?.value };
};

/** What everybody can see of an organisation's approvals. */
export const opaqueState = (state: StateReader, mspId: string): OpaqueState => {
  const namespace = hashedNamespace(LIFECYCLE, implicitCollection(mspId));
  return { hash: (key) => state.get(namespace, createHash('sha256').update(key).digest('hex'))?.value };
};

/** The definition in force of any chaincode that is not built in. */
export const definitionIn = (state: StateReader, name: string): ChaincodeDefinition | null =>
  readDefinition(publicState(state), name);

/** Names of all chaincodes that are defined. */
export function definedChaincodes(state: StateReader): string[] {
  const prefix = 'namespaces/metadata/';
  return state.keys(LIFECYCLE, prefix, `${prefix}\x7f`).map((key) => key.slice(prefix.length));
}
