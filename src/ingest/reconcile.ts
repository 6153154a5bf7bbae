import type { BlockRef } from '../model/block.js';

export interface ReconcileInput {
  /** The last indexed block. */
  readonly tip: BlockRef | null;
  readonly incoming: BlockRef & { readonly parentHash: string | null };
  /** Hashes of indexed blocks by number; holds the incoming block's number and the one below, where they are indexed. */
  readonly known: ReadonlyMap<number, string>;
  /** The first number that is indexed. */
  readonly startBlock: number;
  /** The last number that cannot be taken back; -1 while none is. */
  readonly finalized: number;
  /** How many blocks may be taken back at most. */
  readonly reorgBound: number;
}

/** What is to be done about one block that a ledger shows. */
export type Reconciliation =
  /** It follows the tip. */
  | { readonly kind: 'append' }
  /** It is indexed already, or lies before the first block that is. */
  | { readonly kind: 'known' }
  /** Another block is needed first: the next one (`hash` null), or the incoming block's parent. */
  | { readonly kind: 'missing'; readonly number: number; readonly hash: string | null }
  /** Everything above `to` is to be taken back; then it follows the tip. `to` null: everything. */
  | { readonly kind: 'revert'; readonly to: BlockRef | null; readonly depth: number }
  /** It contradicts a block that is final. */
  | { readonly kind: 'diverged'; readonly number: number; readonly got: string; readonly expected: string }
  /** It belongs to a branch that leaves the indexed chain deeper than the bound. */
  | { readonly kind: 'too deep'; readonly depth: number };

/**
 * Decides, from data alone, how a block joins the indexed chain.
 * Invariants: `append` and `revert` are answered only where the block's parent is the tip, or an indexed block that becomes it;
 * no answer takes back a final block or more than the bound; whoever follows the answers ends with the ledger's own chain.
 */
export function reconcile(input: ReconcileInput): Reconciliation {
  const { tip, incoming, known, startBlock } = input;
  // 1. Before the first block that is indexed: nothing of ours.
  if (incoming.number < startBlock) return { kind: 'known' };
  // 2. Nothing is indexed: the first block begins the index, any other waits for it.
  if (tip === null) {
    return incoming.number === startBlock ? { kind: 'append' } : { kind: 'missing', number: startBlock, hash: null };
  }
  // 3. Above the next number: what lies between comes first.
  if (incoming.number > tip.number + 1) return { kind: 'missing', number: tip.number + 1, hash: null };
  // 4. The next block, on the tip.
  if (incoming.number === tip.number + 1 && incoming.parentHash === tip.hash) return { kind: 'append' };
  // 5. A block that is indexed.
  if (known.get(incoming.number) === incoming.hash) return { kind: 'known' };
  // 6. Another branch.
  return fork(input, tip);
}

function fork(input: ReconcileInput, tip: BlockRef): Reconciliation {
  const { incoming, known, startBlock, reorgBound } = input;
  const depth = tip.number - incoming.number + 1;
  // 6.1 The block itself stands where a final one does.
  const final = finalAt(input, tip, incoming.number);
  if (final !== undefined) return diverged(incoming.number, incoming.hash, final);
  // 6.2 The branch takes the index's first block with it: there is no parent to look for.
  if (incoming.number === startBlock) return revert(null, depth, reorgBound);
  // 6.3 Its parent is ours: the branch leaves the chain there.
  const number = incoming.number - 1;
  const hash = incoming.parentHash ?? 'none';
  if (known.get(number) === hash) return revert({ number, hash }, depth, reorgBound);
  // 6.4 Its parent is not, though ours of that number is final.
  const finalParent = finalAt(input, tip, number);
  if (finalParent !== undefined) return diverged(number, hash, finalParent);
  // 6.5 The branch leaves the chain further down: its parent must be seen first, if that is within the bound at all.
  return depth + 1 > reorgBound ? { kind: 'too deep', depth: depth + 1 } : { kind: 'missing', number, hash };
}

/** The final block of that number, where there is one. A ledger that takes nothing back is final to its tip. */
const finalAt = (input: ReconcileInput, tip: BlockRef, number: number): string | undefined =>
  number <= (input.reorgBound === 0 ? tip.number : input.finalized) ? input.known.get(number) : undefined;

const diverged = (number: number, got: string, expected: string): Reconciliation => ({
  ...{ kind: 'diverged', number, got, expected },
});

const revert = (to: BlockRef | null, depth: number, bound: number): Reconciliation =>
  depth > bound ? { kind: 'too deep', depth } : { kind: 'revert', to, depth };
