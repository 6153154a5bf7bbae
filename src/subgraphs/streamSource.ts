import type { OpenStream, StreamSource } from './stream.js';

/** A source of a stream is read by whoever runs the graph; as a plain AsyncIterable it is resumed and read item by item. */
export abstract class IterableSource implements StreamSource {
  abstract readonly key: string;

  /** @param signal ends the plain iteration */
  constructor(private readonly signal: AbortSignal) {}

  abstract live(): Promise<OpenStream>;
  abstract resume(): Promise<OpenStream>;

  [Symbol.asyncIterator](): AsyncIterator<object, undefined> {
    return new Iteration(() => this.resume(), this.signal);
  }
}

const ENDED = { done: true, value: undefined } as const;

class Iteration implements AsyncIterator<object, undefined> {
  readonly #gone = new AbortController();
  readonly #signal: AbortSignal;
  readonly #waiting: object[] = [];
  #stream: Promise<OpenStream> | undefined;

  constructor(
    private readonly open: () => Promise<OpenStream>,
    signal: AbortSignal,
  ) {
    this.#signal = AbortSignal.any([signal, this.#gone.signal]);
  }

  async next(): Promise<IteratorResult<object, undefined>> {
    if (this.#gone.signal.aborted) return ENDED;
    try {
      const stream = await (this.#stream ??= this.open());
      while (this.#waiting.length === 0) {
        this.#signal.throwIfAborted();
        const { items } = await stream.next(this.#signal);
        this.#waiting.push(...items.map(({ value }) => value));
      }
    } catch (error) {
      const left = this.#gone.signal.aborted;
      await this.return();
      if (left) return ENDED;
      throw error;
    }
    const value = this.#waiting.shift();
    return value === undefined ? ENDED : { done: false, value };
  }

  /** Whoever iterates has enough: what is waited for is waited for no more. */
  async return(): Promise<IteratorResult<object, undefined>> {
    this.#gone.abort();
    const stream = await this.#stream?.catch(() => undefined); // Whoever asked for the next item is told.
    stream?.close();
    return ENDED;
  }
}
