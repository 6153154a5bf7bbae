import { ParleyError } from '../../errors/index.js';
import { Turn, type FairQueue } from './fairQueue.js';
import type { Reading } from './reading.js';

export interface AwayLimits {
  /** How long a client may leave everything unread. */
  readonly stallMs: number;
  /** How far what a client waits for may go on meanwhile. */
  readonly lagSequences: number;
  /** What was read for a client that takes nothing is kept so long. */
  readonly keepMs: number;
}

/** A member that reads for itself. Not more than this is kept of it. */
export class Away {
  readonly turn: Turn;
  readonly #controller = new AbortController();
  #room: ((hasRoom: boolean) => void) | undefined;
  /** Since when its client has had no room; null while it has. */
  stalledAt: number | null = null;

  constructor(
    readonly reading: Reading,
    private left: number | null,
    queue: FairQueue,
  ) {
    this.turn = new Turn(queue, this.#controller.signal);
  }

  /** What its topic had told when it had everything last; null for one that was resumed. */
  get leftAt(): number | null {
    return this.left;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Waits until the client has room; false where it takes long. @throws the signal's reason */
  async room(): Promise<boolean> {
    this.signal.throwIfAborted();
    this.stalledAt ??= performance.now();
    const hasRoom = await new Promise<boolean>((resolve) => (this.#room = resolve));
    if (hasRoom) this.stalledAt = null;
    this.signal.throwIfAborted();
    return hasRoom;
  }

  /** As `room`, however long it takes: nothing is kept meanwhile but the place. @throws the signal's reason */
  async roomAtLast(hasRoom: () => boolean): Promise<void> {
    this.turn.rest();
    while (!hasRoom()) if (await this.room()) break;
    this.stalledAt = null;
  }

  drained(): void {
    this.#answer(true);
  }

  /** Lets go what was read for a client that takes nothing. */
  letGo(now: number, { keepMs }: AwayLimits): void {
    if (this.stalledAt === null || now - this.stalledAt <= keepMs) return;
    this.reading.close();
    this.#answer(false);
  }

  #answer(hasRoom: boolean): void {
    this.#room?.(hasRoom);
    this.#room = undefined;
  }

  abort(reason?: unknown): void {
    this.#controller.abort(reason);
    this.drained();
  }

  /** It has everything up to a sequence; null while it reads the store. */
  reached(through: number | null): void {
    if (through !== null && this.left !== null) this.left = Math.max(this.left, through);
  }

  /** What ends it where it has been too slow. */
  tooSlow(now: number, through: number | null, limits: AwayLimits): ParleyError | undefined {
    if (this.stalledAt !== null && now - this.stalledAt > limits.stallMs)
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
