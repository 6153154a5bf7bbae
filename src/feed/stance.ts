import type { BlockRef } from '../model/block.js';
import type { LedgerId } from '../model/ids.js';
import type { Scope } from '../model/scope.js';
import type { BranchBlock, LedgerStanding } from '../store/store.js';
import { chainBetween } from './chainRanges.js';
import type { LedgerPosition } from './feed.js';
import type { Reads } from './items.js';
import { isRecent, recentOf } from './position.js';

/** A block that is to be taken back, and the one below it; null below the ledger's first. */
export interface Fallen {
  readonly block: BlockRef;
  readonly parent: BlockRef | null;
}

/** How a client's position stands to the chain that is indexed. */
export type Stance =
  | { readonly kind: 'canonical' }
  /** Newest first. */
  | { readonly kind: 'fallen'; readonly blocks: readonly Fallen[] }
  /** The index is not as far as the client: nothing can be said yet. */
  | { readonly kind: 'behind' }
  /** The client saw blocks that are not known here. `common`: where it stands on the last one known to both; null: nowhere. */
  | { readonly kind: 'lost'; readonly common: LedgerPosition | null };

/** Blocks of a branch that are read at once. */
const BRANCH_BLOCKS = 1000;

/** How a position with a block stands to a ledger. Two queries at most, three where a whole chain was taken back. */
export async function stanceOf(
  reads: Reads,
  scope: Scope,
  position: LedgerPosition,
  { ledger, tip }: LedgerStanding,
): Promise<Stance> {
  const { block } = position;
  if (block === null) return { kind: 'canonical' };
  const branch = await reads.branch(scope, ledger, block.hash, BRANCH_BLOCKS);
  if (branch.length > 0) {
    const known = ofBranch(branch, () => firstBlock(reads, scope, ledger));
    const stance = await known;
    if (stance !== null) return stance;
  }
  const chain = await chainBetween(reads, scope, { ledger, from: oldestRecent(position), to: block.number });
  return ofUnknown(position, chain, branch.length > 0 ? 'kept' : tip);
}

async function firstBlock(reads: Reads, scope: Scope, ledger: LedgerId): Promise<number> {
  return (await reads.ledgers(scope)).find(({ id }) => id === ledger)?.startBlock ?? 0;
}

/** Null where the branch ends before a canonical block. */
async function ofBranch(branch: readonly BranchBlock[], first: () => Promise<number>): Promise<Stance | null> {
  const last = branch.at(-1);
  if (last === undefined) return null;
  const blocks = branch.map((block, at): Fallen => ({ block: refOf(block), parent: refOrNull(branch[at + 1]) }));
  if (last.canonical)
    return blocks.length === 1 ? { kind: 'canonical' } : { kind: 'fallen', blocks: blocks.slice(0, -1) };
  if (branch.length >= BRANCH_BLOCKS) return { kind: 'fallen', blocks: blocks.slice(0, -1) };
  return last.number === (await first()) ? { kind: 'fallen', blocks } : null;
}

const refOf = ({ number, hash }: BlockRef): BlockRef => ({ number, hash });
const refOrNull = (block: BlockRef | undefined): BlockRef | null => (block === undefined ? null : refOf(block));

/** The number of the oldest block by which a position tells branches apart. */
export const oldestRecent = ({ block, recent }: LedgerPosition): number =>
  Math.max(0, (block?.number ?? -1) - recent.length + 1);

/**
 * What becomes of a position whose block is not on any branch that is kept. `chain`: the canonical blocks of the numbers of its
 * recent hashes. Numbered cases:
 * 1. The index ends below what the client knows to be final: it is behind.
 * 2. It ends below the client's block, on the same branch as far as can be told: it is behind.
 * 3. Otherwise the client saw another branch; it goes on from the last common block, where there is one.
 */
export function ofUnknown(position: LedgerPosition, chain: readonly BlockRef[], tip: BlockRef | null | 'kept'): Stance {
  const common = commonWith(position, chain);
  if (tip === 'kept') return { kind: 'lost', common: standingOn(position, common) };
  if (tip === null || tip.number < position.final) return { kind: 'behind' };
  const ended = tip.number < (position.block?.number ?? -1);
  if (ended && (tip.number < oldestRecent(position) || common?.number === tip.number)) return { kind: 'behind' };
  return { kind: 'lost', common: standingOn(position, common) };
}

function commonWith(position: LedgerPosition, chain: readonly BlockRef[]): BlockRef | null {
  const oldest = oldestRecent(position);
  const agrees = ({ number, hash }: BlockRef): boolean => {
    const prefix = position.recent[number - oldest];
    return prefix !== undefined && isRecent(prefix, hash);
  };
  return chain.findLast(agrees) ?? null;
}

function standingOn(position: LedgerPosition, block: BlockRef | null): LedgerPosition | null {
  if (block === null) return null;
  const upTo = position.recent.slice(0, block.number - oldestRecent(position) + 1);
  const recent = upTo.length === 0 ? [recentOf(block.hash)] : upTo;
  return { block, through: null, final: Math.min(position.final, block.number), finalThrough: 0, recent };
}

/**
 * Where a client stands that is shown what is final alone: after the last final block that it knows of, whatever it saw above.
 * `final`, `next`: the canonical blocks `position.final` and the one after it, where there are such.
 */
export function finalPosition(
  { final, finalThrough }: LedgerPosition,
  blocks: { readonly final: BlockRef | null; readonly next: BlockRef | null },
): LedgerPosition {
  const partly = finalThrough > 0 && blocks.next !== null;
  const block = partly ? blocks.next : blocks.final;
  return {
    ...{ block, through: partly ? finalThrough : null, final, finalThrough: partly ? finalThrough : 0 },
    recent: block === null ? [] : [recentOf(block.hash)],
  };
}

/** As `stanceOf`, for a client that is shown what is final alone: only that has to agree. */
export async function finalStanceOf(
  reads: Reads,
  scope: Scope,
  position: LedgerPosition,
  { ledger, tip }: LedgerStanding,
): Promise<{ readonly stance: Stance; readonly position: LedgerPosition }> {
  const { final, finalThrough } = position;
  const last = finalThrough > 0 ? final + 1 : final;
  if (last < 0)
    return { stance: { kind: 'canonical' }, position: finalPosition(position, { final: null, next: null }) };
  if (tip === null || tip.number < last) return { stance: { kind: 'behind' }, position };
  const from = Math.min(oldestRecent(position), final);
  const chain = await chainBetween(reads, scope, { ledger, from: Math.max(from, last - 1), to: last });
  const at = (number: number): BlockRef | null => chain.find((one) => one.number === number) ?? null;
  const stance = agreesOnFinal(position, chain) ? 'canonical' : 'lost';
  return {
    stance: stance === 'lost' ? { kind: stance, common: null } : { kind: stance },
    position: finalPosition(position, { final: at(final), next: at(final + 1) }),
  };
}

function agreesOnFinal(position: LedgerPosition, chain: readonly BlockRef[]): boolean {
  const oldest = oldestRecent(position);
  return chain.every(({ number, hash }) => {
    const prefix = position.recent[number - oldest];
    return prefix === undefined || isRecent(prefix, hash);
  });
}
