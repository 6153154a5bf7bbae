import type { Progress } from './report.js';

/** The rate is that of about the last seconds, so that it follows a ledger whose blocks grow. */
const RATE_WINDOW_MS = 10_000;
const REPORT_EVERY_MS = 250;

interface Sample {
  readonly atMs: number;
  readonly done: number;
}

/** Counts a long run and says now and then how far it is. */
export class ProgressMeter {
  #done = 0;
  #transactions = 0;
  #samples: Sample[];
  #reportedAtMs = -Infinity;

  constructor(
    private readonly total: number,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.#samples = [{ atMs: now(), done: 0 }];
  }

  /** Counts on; the progress where it is time to tell, else null. */
  add(blocks: number, transactions: number): Progress | null {
    this.#done += blocks;
    this.#transactions += transactions;
    const atMs = this.now();
    if (atMs - this.#reportedAtMs < REPORT_EVERY_MS && this.#done < this.total) return null;
    this.#reportedAtMs = atMs;
    this.#samples.push({ atMs, done: this.#done });
    while (atMs - (this.#samples[1]?.atMs ?? atMs) >= RATE_WINDOW_MS) this.#samples.shift();
    return this.progress();
  }

  progress(): Progress {
    const blocksPerSecond = this.#rate();
    return {
      done: this.#done,
      total: Math.max(this.total, this.#done),
      transactions: this.#transactions,
      blocksPerSecond,
      secondsLeft: this.#secondsLeft(blocksPerSecond),
    };
  }

  #secondsLeft(blocksPerSecond: number): number | null {
    const left = this.total - this.#done;
    if (left <= 0) return 0;
    return blocksPerSecond > 0 ? left / blocksPerSecond : null;
  }

  #rate(): number {
    const [first] = this.#samples;
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined || last.atMs <= first.atMs) return 0;
    return ((last.done - first.done) * 1000) / (last.atMs - first.atMs);
  }
}
