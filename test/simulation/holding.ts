import type { FeedChange, LedgerPosition, RowOf } from '../../src/feed/feed.js';
import type { DecodedBlock } from '../../src/model/block.js';
import type { ChainTree } from './chains.js';
import { sameItem, textOf, type Item, type StreamItems, type Want } from './items.js';

/** A stream was wrong. */
export class Violation extends Error {}

export interface Asked {
  readonly minConfirmation: 'CONFIRMED' | 'FINAL';
  readonly kinds: readonly ('APPENDED' | 'RETRACTED' | 'FINALIZED')[];
}

/** What a client has of one ledger, by its own memory. */
export interface Held {
  /** In the order of the chain. Empty where it asked for no APPENDED, or for what is final alone. */
  readonly have: readonly Item[];
  /** Of these, or in place of these, what it knows to be final. */
  readonly final: readonly Item[];
}

type Told = Pick<FeedChange<RowOf[StreamItems]>, 'kind' | 'confirmation'> & { readonly item: Item };

/**
 * The rules by which a client of one ledger believes a stream: each APPENDED follows what it has on the same branch with nothing
 * between, each RETRACTED takes back its newest, each FINALIZED is the next that was not final. Throws a Violation.
 */
export class Holding {
  constructor(
    private readonly tree: ChainTree,
    private readonly want: Want,
    private readonly asked: Asked,
  ) {}

  /** What a client has that read everything up to a position some other way. */
  at({ block, through, final, finalThrough }: LedgerPosition): Held {
    const passed = ({ number, index }: Item): boolean =>
      block !== null && (number < block.number || through === null || index < through);
    const known = ({ number, index }: Item): boolean =>
      number <= final || (number === final + 1 && index < finalThrough);
    const have = this.itemsTo(block === null ? null : this.tree.block(block.hash)).filter(passed);
    return { have: this.keepsAll ? have : [], final: this.knowsFinal ? have.filter(known) : [] };
  }

  /** What a client keeps that goes back to a position. Throws where it has less than that position says. */
  backAt(held: Held, position: LedgerPosition): Held {
    const back = this.at(position);
    if (!startsWith(held.have, back.have)) throw new Violation('RESYNC_REQUIRED skips something that was not told');
    if (this.asked.kinds.includes('APPENDED') && !startsWith(held.final, back.final))
      throw new Violation('RESYNC_REQUIRED skips something that was not told to be final');
    return back;
  }

  apply(held: Held, told: Told): Held {
    switch (told.kind) {
      case 'APPENDED':
        return this.appended(held, told);
      case 'RETRACTED':
        return this.retracted(held, told.item);
      case 'FINALIZED':
        if (!this.asked.kinds.includes('FINALIZED')) throw new Violation('FINALIZED was not asked for');
        if (this.asked.minConfirmation === 'FINAL') throw new Violation('FINALIZED in a stream of what is final');
        if (this.keepsAll && !held.have.some((one) => sameItem(one, told.item)))
          throw new Violation(`FINALIZED ${textOf(told.item)}, which the client does not have`);
        return { ...held, final: this.finalized(held.final, told.item) };
    }
  }

  /** What it ought to have at last, where the chain is this and final up to a number. Null: no more can be said. */
  wanted(
    tip: DecodedBlock | null,
    finalized: number,
  ): { readonly have: readonly Item[]; readonly final: readonly Item[] | null } {
    const all = this.itemsTo(tip);
    return {
      have: this.keepsAll ? all : [],
      final:
        this.knowsFinal && this.asked.kinds.includes('APPENDED')
          ? all.filter(({ number }) => number <= finalized)
          : null,
    };
  }

  /** Who does not hear of RETRACTED looks which of its items are on the chain. */
  kept({ have }: Held, tip: DecodedBlock | null): readonly Item[] {
    return this.asked.kinds.includes('RETRACTED') ? have : have.filter(({ hash }) => this.tree.leadsTo(hash, tip));
  }

  private get keepsAll(): boolean {
    return this.asked.minConfirmation === 'CONFIRMED' && this.asked.kinds.includes('APPENDED');
  }

  private get knowsFinal(): boolean {
    return this.asked.minConfirmation === 'FINAL' || this.asked.kinds.includes('FINALIZED');
  }

  private itemsTo(tip: DecodedBlock | null): readonly Item[] {
    return this.tree.chainTo(tip).flatMap((block) => this.want.itemsOf(block));
  }

  private appended(held: Held, { item, confirmation }: Told): Held {
    if (!this.asked.kinds.includes('APPENDED')) throw new Violation('APPENDED was not asked for');
    const isFinal = confirmation === 'FINAL';
    if (this.asked.minConfirmation === 'FINAL') {
      if (!isFinal) throw new Violation(`APPENDED ${textOf(item)} is ${confirmation} in a stream of what is final`);
      return { have: [], final: this.finalized(held.final, item) };
    }
    const before = this.before(item);
    const have = this.asked.kinds.includes('RETRACTED') ? held.have : this.onBranchOf(held.have, item);
    const last = have.at(-1);
    if (!sameItem(last, before))
      throw new Violation(`APPENDED ${textOf(item)} on ${textOf(last)}; before it comes ${textOf(before)}`);
    return {
      have: [...have, item],
      final: isFinal && this.knowsFinal ? this.finalized(held.final, item) : held.final,
    };
  }

  private retracted(held: Held, item: Item): Held {
    if (!this.asked.kinds.includes('RETRACTED')) throw new Violation('RETRACTED was not asked for');
    if (this.asked.minConfirmation === 'FINAL') throw new Violation('RETRACTED in a stream of what is final');
    if (held.final.some((one) => sameItem(one, item)))
      throw new Violation(`RETRACTED ${textOf(item)}, which was final`);
    if (!this.keepsAll) return held;
    const last = held.have.at(-1);
    if (!sameItem(last, item)) throw new Violation(`RETRACTED ${textOf(item)}; the newest is ${textOf(last)}`);
    return { ...held, have: held.have.slice(0, -1) };
  }

  private finalized(final: readonly Item[], item: Item): readonly Item[] {
    if (item.number > this.tree.finalized || !this.tree.leadsTo(item.hash, this.tree.final))
      throw new Violation(`${textOf(item)} is said to be final; the ledger says ${this.tree.finalized}`);
    const last = final.at(-1);
    // Where APPENDED was not asked for, what was final at once is told of nowhere.
    const before = this.asked.kinds.includes('APPENDED') ? this.before(item) : undefined;
    if (before !== undefined && !sameItem(last, before))
      throw new Violation(`${textOf(item)} became final after ${textOf(last)}; before it comes ${textOf(before)}`);
    if (last !== undefined && !isAfter(item, last)) throw new Violation(`${textOf(item)} became final again or late`);
    return [...final, item];
  }

  /** The item that comes just before on the same branch; null where it is the first. */
  private before(item: Item): Item | null {
    const block = this.tree.block(item.hash);
    const own = this.want.itemsOf(block);
    const at = own.findIndex((one) => sameItem(one, item));
    if (at === -1) throw new Violation(`${textOf(item)} does not match the filter`);
    const earlier = own[at - 1];
    if (earlier !== undefined) return earlier;
    for (let parent = this.tree.parent(block); parent !== null; parent = this.tree.parent(parent)) {
      const last = this.want.itemsOf(parent).at(-1);
      if (last !== undefined) return last;
    }
    return null;
  }

  /** Who does not hear of RETRACTED may be told of a block again that was taken back and came back. */
  private onBranchOf(have: readonly Item[], item: Item): readonly Item[] {
    const block = this.tree.block(item.hash);
    return have.filter((one) => isAfter(item, one) && this.tree.leadsTo(one.hash, block));
  }
}

const startsWith = (all: readonly Item[], first: readonly Item[]): boolean =>
  first.every((item, at) => sameItem(all[at], item));

const isAfter = (a: Item, b: Item): boolean =>
  a.number !== b.number ? a.number > b.number : a.at[0] !== b.at[0] ? a.at[0] > b.at[0] : a.at[1] > b.at[1];
