import { peer } from '@hyperledger/fabric-protos';
import type { ledger } from '@hyperledger/fabric-protos';
import { versionOf } from '../messages/readWriteSet.js';
import type { NamespaceReadWriteSet, Read } from '../messages/readWriteSet.js';
import { RangeReads, sameSummary } from '../simulate/rangeReads.js';
import type { BlockUpdates } from '../state/blockUpdates.js';
import { hashedNamespace } from '../state/entry.js';
import { compareKeys } from '../state/keyOrder.js';
import { sameVersion } from '../state/version.js';

const Code = peer.TxValidationCode;
type ValidationCode = (typeof Code)[keyof typeof Code];
type RangeQuery = ledger.rwset.kvrwset.RangeQueryInfo;

/**
 * Whether what a transaction read is still so: on top of the committed state and of the valid transactions before it in the block.
 */
export function conflictOf(sets: readonly NamespaceReadWriteSet[], updates: BlockUpdates): ValidationCode {
  for (const set of sets) {
    if (!set.reads.every((read) => isCurrent(set.namespace, read, updates))) return Code.MVCC_READ_CONFLICT;
    if (!set.rangeQueries.every((query) => isSameRange(set.namespace, query, updates))) {
      return Code.PHANTOM_READ_CONFLICT;
    }
    for (const { collection, reads } of set.collections) {
      const namespace = hashedNamespace(set.namespace, collection);
      if (!reads.every((read) => isCurrent(namespace, read, updates))) return Code.MVCC_READ_CONFLICT;
    }
  }
  return Code.VALID;
}

function isCurrent(namespace: string, read: Read, updates: BlockUpdates): boolean {
  if (updates.touches(namespace, read.key)) return false;
  return sameVersion(updates.get(namespace, read.key)?.version ?? null, read.version);
}

/** Runs the range query again. An iterator that was not read to its end ends with, and includes, the last key it gave. */
function isSameRange(namespace: string, query: RangeQuery, updates: BlockUpdates): boolean {
  const keys = keysOf(namespace, query, updates);
  const summary = query.getReadsMerkleHashes();
  if (summary !== undefined) return sameSummary(summaryOf(namespace, keys, updates), summary);
  const reads = query.getRawReads()?.getKvReadsList() ?? [];
  if (reads.length !== keys.length) return false;
  return reads.every((read, index) => {
    const version = updates.get(namespace, read.getKey())?.version ?? null;
    return read.getKey() === keys[index] && sameVersion(version, versionOf(read.getVersion()));
  });
}

function keysOf(namespace: string, query: RangeQuery, updates: BlockUpdates): string[] {
  const end = query.getEndKey();
  const keys = updates.keys(namespace, query.getStartKey(), end);
  const includesEnd = !query.getItrExhausted() && end !== '' && updates.get(namespace, end) !== undefined;
  return includesEnd && compareKeys(end, query.getStartKey()) >= 0 ? [...keys, end] : keys;
}

function summaryOf(
  namespace: string,
  keys: readonly string[],
  updates: BlockUpdates,
): ledger.rwset.kvrwset.QueryReadsMerkleSummary | null {
  const reads = new RangeReads();
  for (const key of keys) reads.add({ key, version: updates.get(namespace, key)?.version ?? null });
  return reads.done().summary;
}
