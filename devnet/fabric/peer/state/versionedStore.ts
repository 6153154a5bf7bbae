import type { StateChanges, StateEntry, StateReader } from './entry.js';
import { lowerBound } from './keyOrder.js';
import { SortedTable } from './sortedTable.js';

/** A view of one height that stays as it is while blocks are applied; must be released. */
export interface StateSnapshot extends StateReader {
  release(): void;
}

/** What one application of changes replaced: enough to read the state as it was before. */
interface Undo {
  readonly sequence: number;
  readonly previous: ReadonlyMap<string, ReadonlyMap<string, StateEntry | undefined>>;
}

/**
 * The current value of every key by namespace, in memory. A snapshot costs nothing to take: while one is held, what each block
 * replaces is kept, and dropped with the last snapshot that could read it.
 */
export class VersionedStore implements StateReader {
  readonly #tables = new Map<string, SortedTable<StateEntry>>();
  readonly #snapshots = new Map<Snapshot, number>();
  #undo: Undo[] = [];
  #sequence = 0;

  get(namespace: string, key: string): StateEntry | undefined {
    return this.#tables.get(namespace)?.get(key);
  }

  keys(namespace: string, start: string, end: string): string[] {
    return this.#tables.get(namespace)?.keys(start, end) ?? [];
  }

  namespaces(): IterableIterator<string> {
    return this.#tables.keys();
  }

  apply(changes: StateChanges): void {
    if (this.#snapshots.size > 0) this.#undo.push({ sequence: this.#sequence, previous: this.#previousOf(changes) });
    this.#sequence++;
    for (const [namespace, entries] of changes) {
      const table = this.#tableOf(namespace);
      for (const [key, entry] of entries) {
        if (entry === null) table.delete(key);
        else table.set(key, entry);
      }
    }
  }

  snapshot(): StateSnapshot {
    const sequence = this.#sequence;
    const snapshot = new Snapshot(
      this,
      () => this.#undo.filter((undo) => undo.sequence >= sequence),
      () => this.#release(snapshot),
    );
    this.#snapshots.set(snapshot, sequence);
    return snapshot;
  }

  #release(snapshot: Snapshot): void {
    this.#snapshots.delete(snapshot);
    const oldest = Math.min(...this.#snapshots.values());
    this.#undo = this.#undo.filter((undo) => undo.sequence >= oldest);
  }

  #tableOf(namespace: string): SortedTable<StateEntry> {
    const known = this.#tables.get(namespace);
    if (known !== undefined) return known;
    const table = new SortedTable<StateEntry>();
    this.#tables.set(namespace, table);
    return table;
  }

  #previousOf(changes: StateChanges): Undo['previous'] {
    const previous = new Map<string, Map<string, StateEntry | undefined>>();
    for (const [namespace, entries] of changes) {
      const before = new Map<string, StateEntry | undefined>();
      for (const key of entries.keys()) before.set(key, this.get(namespace, key));
      previous.set(namespace, before);
    }
    return previous;
  }
}

class Snapshot implements StateSnapshot {
  constructor(
    private readonly store: VersionedStore,
    private readonly replaced: () => readonly Undo[],
    readonly release: () => void,
  ) {}

  get(namespace: string, key: string): StateEntry | undefined {
    // The oldest replacement since the snapshot holds the value that the snapshot saw.
    for (const undo of this.replaced()) {
      const before = undo.previous.get(namespace);
      if (before?.has(key)) return before.get(key);
    }
    return this.store.get(namespace, key);
  }

  keys(namespace: string, start: string, end: string): string[] {
    const keys = this.store.keys(namespace, start, end);
    for (const key of this.#touched(namespace, start, end)) {
      const index = lowerBound(keys, key);
      const listed = keys[index] === key;
      const existed = this.get(namespace, key) !== undefined;
      if (existed && !listed) keys.splice(index, 0, key);
      if (!existed && listed) keys.splice(index, 1);
    }
    return keys;
  }

  #touched(namespace: string, start: string, end: string): Set<string> {
    const table = new SortedTable<true>();
    for (const undo of this.replaced()) {
      for (const key of undo.previous.get(namespace)?.keys() ?? []) table.set(key, true);
    }
    return new Set(table.keys(start, end));
  }
}
