import type { Scope } from '../model/scope.js';
import type { BlockKey, StoreReader } from '../store/store.js';
import { rowsOfBlocks, type AnyRow, type Items } from './items.js';

export type RowsOfBlock = readonly AnyRow[];

/** Rows of the blocks of the ring, each read once for all who read the ring, as long as there is room. */
export class BlockRows {
  readonly #kept = new Map<string, RowsOfBlock>();
  readonly #loading = new Map<string, Promise<RowsOfBlock | null>>();
  #rows = 0;

  constructor(
    private readonly options: {
      readonly store: StoreReader;
      readonly scope: () => Scope;
      /** Rows that are kept, beside the newest block's. */
      readonly most: number;
    },
  ) {}

  /** Undefined where they have to be read first. */
  kept(items: Items, block: BlockKey): RowsOfBlock | undefined {
    return this.#kept.get(keyOf(items, block));
  }

  /** Null where the store does not have the block any more. `ahead`: blocks that are asked for next. Errors: the store's. */
  async read(items: Items, block: BlockKey, ahead: readonly BlockKey[]): Promise<RowsOfBlock | null> {
    const key = keyOf(items, block);
    const kept = this.#kept.get(key) ?? this.#loading.get(key);
    if (kept !== undefined) return kept;
    const unknown = new Map([block, ...ahead].map((one) => [keyOf(items, one), one]));
    for (const other of unknown.keys()) {
      if (this.#kept.has(other) || this.#loading.has(other)) unknown.delete(other);
    }
    const all = this.#load(items, [...unknown.values()]);
    for (const [at, one] of [...unknown.keys()].entries()) {
      const rows = all.then((found) => found[at] ?? null);
      this.#loading.set(one, rows);
      const done = (): unknown => this.#loading.delete(one);
      rows.then(done, done); // Whoever asked for them is told of a failure.
    }
    return (await all)[0] ?? null;
  }

  async #load(items: Items, blocks: readonly BlockKey[]): Promise<readonly (RowsOfBlock | null)[]> {
    const { store, scope } = this.options;
    const found = await store.snapshot((reads) => rowsOfBlocks(reads, scope(), items, blocks));
    for (const [at, block] of blocks.entries()) {
      const rows = found[at] ?? null;
      if (rows !== null) this.#keep(keyOf(items, block), rows);
    }
    return found;
  }

  #keep(key: string, rows: RowsOfBlock): void {
    if (this.#kept.has(key)) return;
    this.#kept.set(key, rows);
    this.#rows += weight(rows);
    for (const [oldest, others] of this.#kept) {
      if (this.#rows <= this.options.most || oldest === key) break;
      this.#kept.delete(oldest);
      this.#rows -= weight(others);
    }
  }
}

/** A block without rows takes room, too. */
const weight = (rows: RowsOfBlock): number => rows.length + 1;

const keyOf = (items: Items, { ledger, hash }: BlockKey): string => `${items} ${ledger} ${hash}`;
