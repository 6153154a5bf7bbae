import { ParleyError } from '../../errors/index.js';
import type { Reading } from './reading.js';

export interface AwayLimits {
  /** How long a client may leave everything unread. */
  readonly stallMs: number;
  /** How far what a client waits for may go on meanwhile. */
  readonly lagSequences: number;
}

/** A member that reads for itself. Not more than this is kept of it. */
export class Away {
  readonly #controller = new AbortController();
  #room: (() => void) | undefined;
  /** Since when its client has had no room; null while it has. */
  stalledAt: number | null = null;

  constructor(
    readonly reading: Reading,
    /** What its topic had told when it fell behind; null for one that is resumed. */
    readonly leftAt: number | null,
  ) {}

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Waits until the client has room. @throws the signal's reason */
  async room(): Promise<void> {
    this.signal.throwIfAborted();
    this.stalledAt = performance.now();
    await new Promise<void>((resolve) => (this.#room = resolve));
    this.stalledAt = null;
    this.signal.throwIfAborted();
  }

  drained(): void {
    this.#room?.();
    this.#room = undefined;
  }

  abort(reason?: unknown): void {
    this.#controller.abort(reason);
    this.drained();
  }

  /** What ends it where it has been too slow. */
  tooSlow(now: number, through: number | null, limits: AwayLimits): ParleyError | undefined {
    if (this.stalledAt === null) return undefined;
    if (now - this.stalledAt > limits.stallMs)
      return new ParleyError('SLOW_CONSUMER', 'The client read nothing of its stream', {
        got: `nothing read for ${Math.round(now - this.stalledAt)} ms`,
        expected: `at most ${limits.stallMs} ms`,
      });
    if (this.leftAt === null || through === null || through - this.leftAt <= limits.lagSequences) return undefined;
    return new ParleyError('SLOW_CONSUMER', 'The client fell too far behind its stream', {
      got: `${through - this.leftAt} changes`,
      expected: `at most ${limits.lagSequences}`,
    });
  }
}
