import type { BlockRef } from '../model/block.js';
import type { LedgerPosition } from './feed.js';

// Where a client stands after each kind of change. Pure: catching up and live streams take the same steps.
// `next` is the first index inside the block that was not passed; null where the block was passed whole.

/** A position tells branches apart by at most so many blocks. */
export const MAX_RECENT = 257;
const RECENT_DIGITS = 16;

/** Nothing was shown yet: the first block comes next. */
export const NOTHING: LedgerPosition = { block: null, through: null, final: -1, finalThrough: 0, recent: [] };

/** The beginning of a block's hash, as positions hold it. */
export const recentOf = (hash: string): string => hash.replace(/^0x/, '').slice(0, RECENT_DIGITS);

/** True where `prefix`, of a position, can be of a block with that hash. */
export const isRecent = (prefix: string, hash: string): boolean => hash.replace(/^0x/, '').startsWith(prefix);

/** Those of the recent hashes, ending with block `number`, that are needed once `final` is final. */
export function trimRecent(recent: readonly string[], number: number, final: number): readonly string[] {
  const needed = Math.min(MAX_RECENT, Math.max(1, number - final + 1));
  return recent.length <= needed ? recent : recent.slice(-needed);
}

/** `recent` ends with the block itself. */
export function appended(
  before: LedgerPosition,
  block: BlockRef,
  {
    final,
    next,
    recent,
  }: { readonly final: boolean; readonly next: number | null; readonly recent: readonly string[] },
): LedgerPosition {
  if (!final) return { ...before, block, through: next, recent };
  if (next === null) return { block, through: null, final: block.number, finalThrough: 0, recent };
  return { block, through: next, final: block.number - 1, finalThrough: next, recent };
}

/** `parent`: null where the ledger's first block was taken back. Invariant: what was taken back is not final. */
export function retracted(
  before: LedgerPosition,
  block: BlockRef,
  { parent, next }: { readonly parent: BlockRef | null; readonly next: number | null },
): LedgerPosition {
  const final = Math.min(before.final, block.number - 1);
  const finalThrough = final < before.final || final === block.number - 1 ? 0 : before.finalThrough;
  const passed = (before.block?.number ?? block.number) - block.number;
  const upTo = passed === 0 ? before.recent : before.recent.slice(0, -passed);
  if (next !== null) return { block, through: next, final, finalThrough, recent: upTo };
  if (parent === null) return NOTHING;
  const below = upTo.slice(0, -1);
  const recent = below.length === 0 ? [recentOf(parent.hash)] : below;
  return { block: parent, through: null, final, finalThrough, recent };
}

/** Everything below `number` is final, and of that block what lies below `next`. */
export function finalized(before: LedgerPosition, number: number, next: number | null): LedgerPosition {
  const final = next === null ? number : number - 1;
  const recent = before.block === null ? before.recent : trimRecent(before.recent, before.block.number, final);
  return { ...before, final, finalThrough: next ?? 0, recent };
}
