import type { BlockRef } from '../model/block.js';
import type { Step, TailState } from './tailState.js';

/** A ledger as the store has it, where its outbox does not tell how it came there. */
export interface Found {
  /** Canonical blocks from the oldest that the tail knows to the tip, ascending and whole; empty where the index has none yet. */
  readonly chain: readonly BlockRef[];
  readonly finalized: number;
}

export type Reconciled =
  | { readonly kind: 'steps'; readonly steps: readonly Step[] }
  /** The index is read anew and not as far as it was: nothing has been taken back. */
  | { readonly kind: 'behind' }
  /** Nothing in common is known. */
  | { readonly kind: 'apart' };

/**
 * What happened between where a tail stands and what the store has now, told by hashes alone. Numbered cases:
 * 1. The store ends before the tail, on the same branch: it is behind.
 * 2. They part after a common block: what the tail has above it is retracted, what the store has is appended.
 * 3. Of the common blocks those that the store has as final and the tail had not become final.
 */
export function reconcile(tail: Pick<TailState, 'chain' | 'position'>, { chain, finalized }: Found): Reconciled {
  const tip = chain.at(-1);
  const [oldest] = tail.chain;
  const known = tail.chain.at(-1);
  if (oldest === undefined || known === undefined) {
    return { kind: 'steps', steps: chain.map((block) => append(block, finalized)) };
  }
  if (tip === undefined || tip.number < oldest.number) return { kind: 'behind' };
  const hashes = new Map(chain.map(({ number, hash }) => [number, hash]));
  const common = tail.chain.findLast(({ number, hash }) => hashes.get(number) === hash);
  if (common === undefined) return { kind: 'apart' };
  if (common.number === tip.number && tip.number < known.number) return { kind: 'behind' };
  return stepsFrom(tail, common, { chain, finalized });
}

function stepsFrom(
  { chain: had, position }: Pick<TailState, 'chain' | 'position'>,
  common: BlockRef,
  { chain, finalized }: Found,
): Reconciled {
  const final = Math.min(position.final, common.number);
  const settled = Math.min(finalized, common.number);
  if (final < settled && final + 1 < (chain[0]?.number ?? 0)) return { kind: 'apart' };
  const above = ({ number }: BlockRef): boolean => number > common.number;
  const becameFinal = chain.filter(({ number }) => number > final && number <= settled);
  return {
    kind: 'steps',
    steps: [
      ...had
        .filter(above)
        .map((block) => retract(block))
        .reverse(),
      ...becameFinal.map((block): Step => ({ kind: 'FINALIZED', block, final: true })),
      ...chain.filter(above).map((block) => append(block, finalized)),
    ],
  };
}

const retract = (block: BlockRef): Step => ({ kind: 'RETRACTED', block, final: false });
const append = (block: BlockRef, finalized: number): Step => ({
  ...{ kind: 'APPENDED', block },
  final: block.number <= finalized,
});
