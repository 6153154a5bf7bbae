import type { Pace } from '../../subgraphs/stream.js';

/** Lets so many work at once; of those who wait, whoever has waited longest is next. */
export class FairQueue {
  readonly #waiting = new Set<() => void>();
  #free: number;

  constructor(places: number) {
    this.#free = places;
  }

  get isCrowded(): boolean {
    return this.#free === 0 && this.#waiting.size > 0;
  }

  /** Waits for a place. @throws the signal's reason */
  async enter(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#free > 0) {
      this.#free -= 1;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const begin = (): void => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = (): void => {
        this.#waiting.delete(begin);
        reject(signal.reason as Error);
      };
      this.#waiting.add(begin);
      signal.addEventListener('abort', leave, { once: true });
    });
  }

  /** Gives a place back. */
  leave(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#free += 1;
      return;
    }
    this.#waiting.delete(next);
    next();
  }
}

/** One who works now and then: reads a batch, executes and sends it, and queues anew behind all others. */
export class Turn implements Pace {
  #isHeld = false;

  constructor(
    private readonly queue: FairQueue,
    private readonly signal: AbortSignal,
  ) {}

  get isCrowded(): boolean {
    return this.queue.isCrowded;
  }

  /** @throws the signal's reason */
  async begin(): Promise<void> {
    if (this.#isHeld) return;
    await this.queue.enter(this.signal);
    this.#isHeld = true;
  }

  rest(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    this.queue.leave();
  }
}
