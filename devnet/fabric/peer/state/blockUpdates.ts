import { compareKeys } from './keyOrder.js';
import type { StateEntry, StateReader } from './entry.js';

/** The state as the transactions of a block leave it one after another, on top of the state before the block. */
export class BlockUpdates implements StateReader {
  readonly changes = new Map<string, Map<string, StateEntry | null>>();
  /** Versions of deletions, which have no entry to stand in. */
  readonly deletions = new Map<string, Map<string, StateEntry['version']>>();

  constructor(private readonly base: StateReader) {}

  /** True where a transaction of this block wrote or deleted the key. */
  touches(namespace: string, key: string): boolean {
    return this.changes.get(namespace)?.has(key) ?? false;
  }

  get(namespace: string, key: string): StateEntry | undefined {
    const changed = this.changes.get(namespace)?.get(key);
    if (changed !== undefined) return changed ?? undefined;
    return this.base.get(namespace, key);
  }

  keys(namespace: string, start: string, end: string): string[] {
    const keys = new Set(this.base.keys(namespace, start, end));
    for (const [key, entry] of this.changes.get(namespace) ?? []) {
      if (entry === null) keys.delete(key);
      else if (isWithin(key, start, end)) keys.add(key);
    }
    return [...keys].sort(compareKeys);
  }

  put(namespace: string, key: string, entry: StateEntry): void {
    tableOf(this.changes, namespace).set(key, entry);
    this.deletions.get(namespace)?.delete(key);
  }

  delete(namespace: string, key: string, version: StateEntry['version']): void {
    tableOf(this.changes, namespace).set(key, null);
    tableOf(this.deletions, namespace).set(key, version);
  }
}

function tableOf<T>(tables: Map<string, Map<string, T>>, namespace: string): Map<string, T> {
  const known = tables.get(namespace);
  if (known !== undefined) return known;
  const table = new Map<string, T>();
  tables.set(namespace, table);
  return table;
}

const isWithin = (key: string, start: string, end: string): boolean =>
  compareKeys(key, start) >= 0 && (end === '' || compareKeys(key, end) < 0);
