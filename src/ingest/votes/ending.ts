import { pause } from '../../lib/pause.js';
import type { BlockRef } from '../../model/block.js';
import type { Ledger } from '../../ledgers/ledger.js';
import type { Store, StoredProposal } from '../../store/store.js';

interface Ends {
  readonly ledger: Pick<Ledger, 'id' | 'reorgBound' | 'head'>;
  readonly store: Pick<Store, 'refs'>;
  readonly fromLedger: boolean;
  readonly signal: AbortSignal;
  readonly settleMs: number;
}

/** A node may be a moment behind the one that the store was filled from. */
const LOOKS = 4;

/** Up to which block to read: the store's tip, where the blocks reach it. */
export async function endOf(
  { ledger, fromLedger, settleMs, signal }: Omit<Ends, 'store'>,
  { tip }: StoredProposal,
): Promise<number> {
  const to = tip?.number ?? -1;
  if (!fromLedger || to < 0) return to;
  for (let look = 1; ; look += 1) {
    const head = await ledger.head(signal);
    if (head.number >= to || look === LOOKS || signal.aborted) return Math.min(to, head.number);
    await pause(settleMs * look, signal);
  }
}

interface Read {
  readonly last: BlockRef | null;
  /** The block after the last. */
  readonly next: number;
  readonly broken: boolean;
}

/** Where the blocks that were read end otherwise than the store says that it ends. */
export function differingEnd(
  { fromLedger }: Pick<Ends, 'fromLedger'>,
  { tip, highest }: StoredProposal,
  { last, next, broken }: Read,
): string[] {
  const end = tip?.number ?? null;
  const claim = `tip of the store: it says block ${end ?? 'none'}, its highest block of the chain is ${highest ?? 'none'}`;
  const own = highest === end ? [] : [claim];
  if (tip === null || broken) return own;
  if (next <= tip.number) {
    const none = fromLedger ? 'no node gives them, the store’s tip is' : 'the store has no raw bytes, its tip is';
    return [...own, `${blocks(next, tip.number)}: ${none} block ${tip.number}`];
  }
  return [...own, ...otherHash(tip, last)];
}

function otherHash(tip: BlockRef, last: BlockRef | null): string[] {
  if (last === null || last.hash === tip.hash) return [];
  return [`block ${last.number}: the store says that its tip has the hash ${tip.hash}, its own is ${last.hash}`];
}

const blocks = (from: number, to: number): string => (from === to ? `block ${from}` : `blocks ${from} to ${to}`);

/** Whether a chain took back meanwhile what the store had, or the nodes stand on another branch than the store: both pass. */
export async function turned(
  { ledger, store, fromLedger }: Pick<Ends, 'ledger' | 'store' | 'fromLedger'>,
  { tip }: StoredProposal,
  last: BlockRef | null,
): Promise<boolean> {
  if (ledger.reorgBound === 0 || tip === null) return false;
  const [now] = await store.refs(ledger.id, tip.number, tip.number);
  return now?.hash !== tip.hash || (fromLedger && last?.hash !== tip.hash);
}
