import { ParleyError } from '../errors/index.js';
import type { Ledger, LedgerItem } from '../ledgers/ledger.js';
import { backfill } from './backfill.js';
import { pause } from '../lib/pause.js';
import { backoffMs } from './backoff.js';
import { IndexedChain, type IngestStore } from './chain.js';
import type { ObserversOf } from './governing.js';
import { reasonOf, type IngestListener } from './report.js';
import { takeIn } from './takeIn.js';

export interface IngestOptions {
  readonly ledger: Ledger;
  readonly store: IngestStore;
  readonly listener: IngestListener;
  readonly signal: AbortSignal;
  /** For how many blocks a retracted block is kept after its number was passed. */
  readonly keepRetracted: number;
  /** What its blocks are asked for of proposals and votes; absent: nothing. */
  readonly observers?: ObserversOf;
}

/** Fewer blocks behind the head than this are followed one by one. */
const WORTH_BACKFILLING_BLOCKS = 4;
/** Longer than the longest pause between two attempts. */
const HEALTHY_AFTER_MS = 60_000;

/**
 * Keeps the index of one ledger at its head until aborted: read, decode, reconcile, apply; each store transaction holds its
 * checkpoint. Waits and goes on where an error is retryable. Resolves when aborted; rejects with what retrying cannot mend, after
 * having reported it.
 */
export async function runIngest(options: IngestOptions): Promise<void> {
  const { listener, signal } = options;
  const attempts = new Attempts();
  const progressed: IngestListener = (state) => {
    if (state.kind === 'backfilling' || state.kind === 'following') attempts.standsAt(state.tip?.hash ?? null);
    listener(state);
  };
  while (!signal.aborted) {
    try {
      await attemptOnce({ ...options, listener: progressed });
    } catch (error) {
      if (signal.aborted) break;
      if (!(error instanceof ParleyError && error.retryable)) {
        listener({ kind: 'stopped', reason: reasonOf(error) });
        throw error;
      }
      const attempt = attempts.failed(Date.now());
      const retryInMs = backoffMs(attempt);
      listener({ kind: 'waiting', reason: reasonOf(error), attempt, retryInMs });
      await pause(retryInMs, signal);
    }
  }
  listener({ kind: 'stopped', reason: null });
}

/**
 * Counts attempts in a row that moved nothing: one that begins to follow and fails at once is no success, or it would be tried
 * again several times a second for ever.
 */
class Attempts {
  private count = 0;
  private tip: string | null = null;
  private failedAt: { readonly tip: string | null; readonly ms: number } | null = null;

  standsAt(tip: string | null): void {
    this.tip = tip;
    if (tip !== this.failedAt?.tip) this.count = 0;
  }

  /** The number of the attempt that failed, from 1. On a quiet ledger time tells that all was well. */
  failed(nowMs: number): number {
    if (this.failedAt !== null && nowMs - this.failedAt.ms > HEALTHY_AFTER_MS) this.count = 0;
    this.failedAt = { tip: this.tip, ms: nowMs };
    this.count += 1;
    return this.count;
  }
}

/** From the store's tip to the ledger's head, and then on, until aborted or until something fails. */
async function attemptOnce({
  ledger,
  store,
  listener,
  signal,
  keepRetracted,
  observers,
}: IngestOptions): Promise<void> {
  listener({ kind: 'starting' });
  const chain = await IndexedChain.open(ledger, store, keepRetracted, signal, observers);
  while (!signal.aborted) {
    await settleTip(ledger, chain, signal);
    const { head } = chain;
    if (head.number - chain.next >= WORTH_BACKFILLING_BLOCKS) {
      await backfill(ledger, chain, head.number, listener, signal);
      await chain.hear(await ledger.head(signal));
    } else {
      await follow(ledger, chain, listener, signal);
    }
  }
}

/** What happened while nobody looked: where the ledger shows another block at our tip, its branch is walked back. */
async function settleTip(ledger: Ledger, chain: IndexedChain, signal: AbortSignal): Promise<void> {
  const { tip, head } = chain;
  if (tip === null) return;
  // A head below the tip may be a node that lags: its own block is asked for, which is ours unless the chain changed.
  const raw = await ledger.block(Math.min(tip.number, head.number), signal);
  if (raw !== null) await takeIn(ledger, chain, raw, signal);
}

/**
 * A head at or below the tip that is not ours: a ledger that began to be followed only after its chain changed tells of it in
 * no other way. False where something was taken back.
 */
async function settleHead(ledger: Ledger, chain: IndexedChain, signal: AbortSignal): Promise<boolean> {
  const raw = await ledger.block(chain.head.number, signal);
  return raw === null || (await takeIn(ledger, chain, raw, signal)) !== 'took back';
}

/** Follows the ledger live; returns where blocks are missing or were taken back, so that it is caught up with anew. */
async function follow(
  ledger: Ledger,
  chain: IndexedChain,
  listener: IngestListener,
  signal: AbortSignal,
): Promise<void> {
  const tell = (): void => listener({ kind: 'following', tip: chain.tip, head: chain.head });
  tell();
  for await (const item of ledger.follow(chain.next, signal)) {
    if (signal.aborted) return;
    const goesOn = await take(ledger, chain, item, signal);
    tell();
    if (!goesOn) return;
  }
}

async function take(ledger: Ledger, chain: IndexedChain, item: LedgerItem, signal: AbortSignal): Promise<boolean> {
  if (item.kind === 'head') {
    await chain.hear(item.head);
    return !(await chain.leftBy(item.head)) || settleHead(ledger, chain, signal);
  }
  const taken = await takeIn(ledger, chain, item.block, signal);
  if (taken === 'gap') await chain.hear(await ledger.head(signal));
  return taken === 'appended' || taken === 'known';
}
