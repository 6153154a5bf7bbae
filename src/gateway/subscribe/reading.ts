import { setTimeout as delay } from 'node:timers/promises';
import type { OpenStream, Pace, StreamBatch } from '../../subgraphs/stream.js';
import { isRetryable, isUnknown } from './asked.js';

export interface ReadingParts {
  /** The first opening. */
  first(): Promise<OpenStream>;
  /** Goes on after a cursor. */
  resume(cursor: string): Promise<OpenStream>;
  /** Told of each failure that is tried again. */
  failed(error: unknown): void;
}

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 10_000;
// What no code names may be a defect that stays.
const MOST_UNKNOWN = 5;
// A cursor that is older is replaced before it falls out of what can be resumed, and its catching up takes long.
const PLACE_AGE_MS = 30_000;

/**
 * Reads a stream through failures of the store: what may succeed later is tried again, from where all that was passed on ends, so
 * that nothing is missing or double however far the failed step came.
 */
export class Reading {
  #stream: OpenStream | undefined;
  #place: (() => string) | null;
  #placedAt = performance.now();
  #failures = 0;

  constructor(
    readonly parts: ReadingParts,
    /** Where it begins; null: not known before it is open. */
    place: (() => string) | null,
  ) {
    this.#place = place;
  }

  /** Resumes after all that was passed on; null before it was open. */
  get place(): (() => string) | null {
    return this.#place;
  }

  /** Opens it, without trying again. */
  async open(): Promise<void> {
    const stream = await this.parts.first();
    this.#stream = stream;
    if (this.#place === null) this.#mark(stream.cursor());
  }

  /** The item with this cursor, and all before it, were passed on. */
  passed(cursor: () => string): void {
    this.#place = cursor;
    this.#placedAt = performance.now();
  }

  /** What comes next; everything given before was passed on. @throws what does not go away by trying again, the signal's reason */
  async next(signal: AbortSignal, pace?: Pace): Promise<StreamBatch> {
    for (;;) {
      signal.throwIfAborted();
      try {
        if (this.#stream === undefined) await pace?.begin();
        const stream = (this.#stream ??= await this.#again(signal));
        if (performance.now() - this.#placedAt > PLACE_AGE_MS) this.#mark(stream.cursor());
        const batch = await stream.next(signal, pace);
        this.#failures = 0;
        return batch;
      } catch (error) {
        this.close();
        pace?.rest();
        signal.throwIfAborted();
        this.#failures += 1;
        if (!this.#mayPass(error)) throw error;
        this.parts.failed(error);
        await delay(Math.min(FIRST_WAIT_MS * 2 ** (this.#failures - 1), LONGEST_WAIT_MS), undefined, { signal });
      }
    }
  }

  async #again(signal: AbortSignal): Promise<OpenStream> {
    const stream = await (this.#place === null ? this.parts.first() : this.parts.resume(this.#place()));
    if (!signal.aborted) return stream;
    stream.close();
    throw signal.reason;
  }

  #mayPass(error: unknown): boolean {
    return isRetryable(error) || (isUnknown(error) && this.#failures <= MOST_UNKNOWN);
  }

  #mark(cursor: string): void {
    this.passed(() => cursor);
  }

  close(): void {
    this.#stream?.close();
    this.#stream = undefined;
  }
}
