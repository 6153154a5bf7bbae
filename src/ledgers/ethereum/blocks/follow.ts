import { ParleyError } from '../../../errors/index.js';
import type { LedgerHead, LedgerItem } from '../../ledger.js';
import { backoffMs, pause } from '../jsonRpc/backoff.js';
import type { Tuning } from '../options.js';
import type { BlockReader } from './blockReader.js';
import type { HeadNews } from './headNews.js';
import type { HeadReader } from './heads.js';
import { readRange } from './readRange.js';
import { ShownBlocks } from './shownBlocks.js';

export interface Following {
  readonly blocks: BlockReader;
  readonly heads: HeadReader;
  readonly news: HeadNews;
  readonly tuning: Tuning;
  /** How many shown blocks are remembered. */
  readonly kept: number;
}

/** During a long back-fill the head is told this often. */
const HEAD_EVERY_MS = 2_000;

/**
 * Follows a chain: what is missing up to the head is read, then the head is waited for, and so on. There is no seam, for
 * it is the same reading each time.
 *
 * A reorganisation comes to light in one of two ways.
 * 1. The head grew: the next block's parent is not the block shown last.
 * 2. The head is not above what was shown, and not among it: the head itself is shown, whatever lies between.
 * A head that is among what was shown is a replica that lags.
 */
export async function* follow(following: Following, from: number, signal: AbortSignal): AsyncGenerator<LedgerItem> {
  const state = new FollowState(following, from);
  let failures = 0;
  while (!signal.aborted) {
    try {
      await following.news.next(signal);
      if (signal.aborted) return;
      for await (const item of state.catchUp(signal)) {
        failures = 0;
        yield item;
      }
    } catch (error) {
      if (signal.aborted) return;
      // What trying again may mend is tried again; the endpoints' reports say meanwhile what is wrong.
      if (!(error instanceof ParleyError) || !error.retryable) throw error;
      const { tuning } = following;
      await pauseQuietly(backoffMs(failures++, tuning.backoffMs, tuning.maxBackoffMs), signal);
      state.lookAgain();
    }
  }
}

async function pauseQuietly(ms: number, signal: AbortSignal): Promise<void> {
  await pause(ms, signal).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}

class FollowState {
  private readonly shown: ShownBlocks;
  private told: LedgerHead | null = null;
  private toldAtMs = 0;

  constructor(
    private readonly following: Following,
    private next: number,
  ) {
    this.shown = new ShownBlocks(following.kept);
  }

  lookAgain(): void {
    this.following.news.lookAgain();
  }

  /** Everything up to the head as it is now. */
  async *catchUp(signal: AbortSignal): AsyncGenerator<LedgerItem> {
    const { heads, news } = this.following;
    const head = await heads.readAnnounced(news.takeAnnounced(), signal);
    const before = this.told;
    yield* this.tell(head);
    if (head.number >= this.next) yield* this.readTo(head.number, signal);
    else if (before !== null && this.isTurn(before, head)) yield* this.show(head.number, signal);
    else this.shown.note(head);
  }

  /**
   * True where a head that did not grow is one that was neither shown nor told, no deeper than a reorganisation may
   * reach: what is older is a replica that lags far.
   */
  private isTurn(before: LedgerHead, head: LedgerHead): boolean {
    return head.number <= before.number && !this.shown.has(head) && head.number > this.next - this.following.kept;
  }

  private async *readTo(to: number, signal: AbortSignal): AsyncGenerator<LedgerItem> {
    const { blocks, tuning } = this.following;
    for await (const block of readRange(blocks, this.next, to, tuning.concurrency, signal)) {
      this.shown.add(block);
      this.next = block.number + 1;
      yield { kind: 'block', block };
      if (Date.now() - this.toldAtMs > HEAD_EVERY_MS) yield* this.tell(await this.following.heads.read(signal));
    }
  }

  private async *show(number: number, signal: AbortSignal): AsyncGenerator<LedgerItem> {
    const block = await this.following.blocks.one(number, signal);
    if (block === null || this.shown.has(block)) return;
    this.shown.add(block);
    this.next = number + 1;
    yield { kind: 'block', block };
  }

  /** A head is told once, and not where a lagging replica tells an old one. */
  private *tell(head: LedgerHead): Iterable<LedgerItem> {
    this.toldAtMs = Date.now();
    const { told } = this;
    if (told !== null && head.number < told.number && this.shown.has(head)) return;
    if (told !== null && sameHead(told, head)) return;
    this.told = head;
    yield { kind: 'head', head };
  }
}

const sameHead = (a: LedgerHead, b: LedgerHead): boolean =>
  a.hash === b.hash && a.safe === b.safe && a.finalized === b.finalized;
