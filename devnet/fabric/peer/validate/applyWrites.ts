import type { MetadataWrite, NamespaceReadWriteSet, Write } from '../messages/readWriteSet.js';
import type { BlockUpdates } from '../state/blockUpdates.js';
import { hashedNamespace } from '../state/entry.js';
import type { Metadata } from '../state/entry.js';
import type { Version } from '../state/version.js';

/** What one transaction does to one key: a value, metadata, or both. */
interface KeyOperation {
  readonly value?: Uint8Array | null;
  readonly metadata?: Metadata | null;
}

/** Puts a valid transaction's writes, and the hashes of its private ones, into the block's updates. */
export function applyWrites(sets: readonly NamespaceReadWriteSet[], version: Version, updates: BlockUpdates): void {
  for (const set of sets) {
    applyTo(set.namespace, set.writes, set.metadataWrites, version, updates);
    for (const { collection, writes, metadataWrites } of set.collections) {
      applyTo(hashedNamespace(set.namespace, collection), writes, metadataWrites, version, updates);
    }
  }
}

function applyTo(
  namespace: string,
  writes: readonly Write[],
  metadataWrites: readonly MetadataWrite[],
  version: Version,
  updates: BlockUpdates,
): void {
  const operations = new Map<string, KeyOperation>();
  for (const { key, value } of writes) operations.set(key, { value });
  for (const { key, metadata } of metadataWrites) operations.set(key, { ...operations.get(key), metadata });
  for (const [key, operation] of operations) applyOperation(namespace, key, operation, version, updates);
}

/** Metadata outlives a new value; metadata alone moves the version of its key, and does nothing where there is no key. */
function applyOperation(
  namespace: string,
  key: string,
  operation: KeyOperation,
  version: Version,
  updates: BlockUpdates,
): void {
  if (operation.value === null) {
    updates.delete(namespace, key, version);
    return;
  }
  const before = updates.get(namespace, key);
  const value = operation.value ?? before?.value;
  if (value === undefined) return;
  const metadata = operation.metadata === undefined ? (before?.metadata ?? null) : operation.metadata;
  updates.put(namespace, key, { value, version, metadata });
}
