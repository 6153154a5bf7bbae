import type { BlockRef } from '../model/block.js';
import type { LedgerId } from '../model/ids.js';
import type { ChangeKind, LedgerPosition } from './feed.js';

/** One block that came, went or became final, as this process heard of it. */
export interface RingEntry {
  /** Counts the entries of all ledgers of this process from 1. */
  readonly sequence: number;
  readonly ledger: LedgerId;
  /** Where the ledger's outbox stands after it; null inside what was worked out without the outbox. */
  readonly at: OutboxPlace | null;
  readonly kind: ChangeKind;
  readonly block: BlockRef;
  /** The block is final with this. */
  readonly final: boolean;
  /** Where a client of everything stands before and after it. */
  readonly before: LedgerPosition;
  readonly after: LedgerPosition;
}

/** A ledger's place in its outbox: positions count anew with each generation. */
export interface OutboxPlace {
  readonly generation: number;
  readonly position: number;
}

/** A ledger jumped: what happened between is read from the store. */
export type RingJump = Pick<RingEntry, 'sequence' | 'ledger'> & { readonly kind: 'JUMPED' };
export type RingItem = RingEntry | RingJump;

type WithoutSequence<Item> = Item extends unknown ? Omit<Item, 'sequence'> : never;

/** The newest entries of all ledgers; older ones are read from the store. */
export class Ring {
  readonly #items: RingItem[] = [];
  #sequence = 0;

  constructor(readonly capacity: number) {}

  /** Of the newest entry; 0 before the first. */
  get sequence(): number {
    return this.#sequence;
  }

  push(item: WithoutSequence<RingItem>): void {
    this.#sequence += 1;
    this.#items[this.#sequence % this.capacity] = { ...item, sequence: this.#sequence };
  }

  /** Undefined where it is not there yet, or no more. */
  at(sequence: number): RingItem | undefined {
    const item = this.#items[sequence % this.capacity];
    return item?.sequence === sequence ? item : undefined;
  }

  /** The entry after which a ledger stood at a place of its outbox; undefined where it is not kept. */
  sequenceOf(ledger: LedgerId, { generation, position }: OutboxPlace): number | undefined {
    const oldest = Math.max(1, this.#sequence - this.capacity + 1);
    for (let sequence = this.#sequence; sequence >= oldest; sequence -= 1) {
      const item = this.at(sequence);
      if (item?.ledger !== ledger) continue;
      if (item.kind === 'JUMPED') return undefined;
      if (item.at?.generation === generation && item.at.position === position) return sequence;
    }
    return undefined;
  }
}
