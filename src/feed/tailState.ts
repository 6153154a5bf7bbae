import type { BlockRef } from '../model/block.js';
import type { LedgerId } from '../model/ids.js';
import type { OutboxEntry } from '../store/store.js';
import type { ChangeKind, LedgerPosition } from './feed.js';
import { appended, finalized, NOTHING, recentOf, retracted, trimRecent } from './position.js';
import type { OutboxPlace, RingEntry } from './ring.js';

/** Blocks by which a tail knows its branch: more than a reorganisation takes back. */
export const KEPT_BLOCKS = 1000;

/** Where the tail of a ledger stands, in the outbox and on the chain. */
export interface TailState {
  readonly ledger: LedgerId;
  readonly at: OutboxPlace;
  /** The newest canonical blocks, ascending, at most `KEPT_BLOCKS`. */
  readonly chain: readonly BlockRef[];
  /** Of a client that has everything. */
  readonly position: LedgerPosition;
  /** The newest block that is final; null before the first, or where it is older than the chain. */
  readonly final: BlockRef | null;
}

export interface Step {
  readonly kind: ChangeKind;
  readonly block: BlockRef;
  readonly final: boolean;
}
export type Stepped = { readonly state: TailState; readonly entry: Omit<RingEntry, 'sequence'> };

/** A tail at a ledger's tip. */
export function tailAt(
  ledger: LedgerId,
  at: OutboxPlace,
  { chain, finalized: last, final }: { chain: readonly BlockRef[]; finalized: number; final: BlockRef | null },
): TailState {
  const tip = chain.at(-1);
  if (tip === undefined) return { ledger, at, chain, position: NOTHING, final: null };
  const known = Math.min(last, tip.number);
  const recent = trimRecent(
    chain.map(({ hash }) => recentOf(hash)),
    tip.number,
    known,
  );
  return { ledger, at, chain, final, position: { block: tip, through: null, final: known, finalThrough: 0, recent } };
}

/** One step of a tail; null where it does not follow from where the tail stands. */
export function stepped(before: TailState, { kind, block, final }: Step, at: OutboxPlace | null): Stepped | null {
  const chain = chainAfter(before.chain, kind, block);
  if (chain === null) return null;
  const position = positionAfter(before.position, { kind, block, final }, chain);
  const state = {
    ...{ ledger: before.ledger, at: at ?? before.at, chain, position },
    final: finalAfter(before, { kind, block, final }),
  };
  return { state, entry: { ledger: before.ledger, at, kind, block, final, before: before.position, after: position } };
}

function chainAfter(chain: readonly BlockRef[], kind: ChangeKind, block: BlockRef): readonly BlockRef[] | null {
  const tip = chain.at(-1);
  switch (kind) {
    case 'APPENDED':
      return tip !== undefined && block.number !== tip.number + 1 ? null : [...chain.slice(1 - KEPT_BLOCKS), block];
    case 'RETRACTED':
      // Of the oldest block that is kept the parent is not known.
      return tip?.hash !== block.hash || (chain.length === 1 && block.number > 0) ? null : chain.slice(0, -1);
    case 'FINALIZED':
      return chain;
  }
}

function positionAfter(
  before: LedgerPosition,
  { kind, block, final }: Step,
  chain: readonly BlockRef[],
): LedgerPosition {
  switch (kind) {
    case 'APPENDED': {
      const upTo = trimRecent(
        [...before.recent, recentOf(block.hash)],
        block.number,
        final ? block.number : before.final,
      );
      return appended(before, block, { final, next: null, recent: upTo });
    }
    case 'RETRACTED':
      return retracted(before, block, { parent: chain.at(-1) ?? null, next: null });
    case 'FINALIZED':
      return finalized(before, block.number, null);
  }
}

function finalAfter({ final: before, chain }: TailState, { kind, block, final }: Step): BlockRef | null {
  if (kind !== 'RETRACTED') return final ? block : before;
  if (before === null || before.number < block.number) return before;
  return chain.find(({ number }) => number === block.number - 1) ?? null;
}

export const stepOf = ({ kind, block, final }: OutboxEntry): Step => ({ kind, block, final });
