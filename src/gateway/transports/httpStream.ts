import type { ServerResponse } from 'node:http';
import type { MaskedError } from '../../errors/mask.js';
import type { Sink, StreamMessage, StreamRequest, Subscription, Subscriptions } from '../subscribe/subscriptions.js';
import type { Corked, Corks } from './corks.js';
import type { HttpFormat } from './httpFormat.js';
import type { Wheel } from './wheel.js';

export interface HttpStreamParts {
  readonly corks: Corks;
  readonly pings: Wheel<HttpStream>;
  /** How long an operation may think before its stream is begun without it having said anything. */
  readonly beginMs: number;
  /** How long the end of a stream may take to be read. */
  readonly endMs: number;
  ended(stream: HttpStream, errors: readonly MaskedError[] | null): void;
}

/** One operation as the body of one HTTP answer. */
export class HttpStream implements Sink, Corked {
  readonly startedMs = performance.now();
  messages = 0;
  readonly #controller = new AbortController();
  #subscription: Subscription | undefined;
  #response: ServerResponse | undefined;
  /** What came before the head was written. */
  #early: Buffer[] = [];
  #earlyBytes = 0;
  #begun: (errors: readonly MaskedError[] | null) => void = () => undefined;
  #over: { readonly errors: readonly MaskedError[] | null } | undefined;
  #corked = false;
  #released = false;
  #slot = 0;

  constructor(
    readonly format: HttpFormat,
    readonly operationName: string | null,
    readonly parts: HttpStreamParts,
  ) {}

  /** Runs the operation until it is known what to answer: null for a stream, or the errors that stopped it before. */
  async begin(
    subscriptions: Subscriptions,
    request: Omit<StreamRequest, 'request'> & { readonly request: Omit<StreamRequest['request'], 'signal'> },
    caller: AbortSignal,
  ): Promise<readonly MaskedError[] | null> {
    const begun = new Promise<readonly MaskedError[] | null>((resolve) => (this.#begun = resolve));
    const timer = setTimeout(() => this.#begun(null), this.parts.beginMs);
    // Also after this returned: an answer that took too long is never begun.
    caller.addEventListener('abort', () => this.stop(), { once: true });
    try {
      const { signal } = this.#controller;
      this.#subscription = subscriptions.open({ ...request, request: { ...request.request, signal } }, this);
      if (this.#released) this.#subscription.stop();
      return await begun;
    } catch (error) {
      this.stop();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** The head is written: what came meanwhile goes out, and from now on everything at once. */
  start(response: ServerResponse): void {
    if (response.destroyed || this.#released) {
      response.destroy();
      return this.stop();
    }
    this.#response = response;
    response.on('close', () => this.stop()).on('drain', () => this.#subscription?.drained());
    response.write(this.format.start);
    for (const bytes of this.#early) response.write(bytes);
    this.#early = [];
    this.#earlyBytes = 0;
    if (this.#over !== undefined) return this.#finish(this.#over.errors);
    this.#slot = this.parts.pings.add(this);
    this.#subscription?.drained();
  }

  opened(): void {
    this.#begun(null);
  }

  send(message: StreamMessage): void {
    if (this.#released) return;
    this.messages += 1;
    const bytes = this.format.next(message);
    const response = this.#response;
    if (response === undefined) {
      this.#early.push(bytes);
      this.#earlyBytes += bytes.length;
      return this.#begun(null);
    }
    if (!this.#corked) {
      this.#corked = true;
      response.cork();
      this.parts.corks.hold(this);
    }
    response.write(bytes);
  }

  flush(): void {
    if (!this.#corked || this.#response === undefined) return;
    this.#corked = false;
    this.#response.uncork();
    if (!this.#released && this.#response.writableLength === 0) this.#subscription?.drained();
  }

  buffered(): number {
    return this.#earlyBytes + (this.#response?.writableLength ?? 0);
  }

  end(errors: readonly MaskedError[] | null): void {
    if (this.#released || this.#over !== undefined) return;
    this.#over = { errors };
    if (this.#response !== undefined) return this.#finish(errors);
    const nothingSent = errors !== null && this.messages === 0;
    if (nothingSent) this.#release(errors);
    this.#begun(nothingSent ? errors : null);
  }

  #finish(errors: readonly MaskedError[] | null): void {
    const response = this.#response;
    // What is held back of this turn goes out before the end, never after it.
    if (this.#corked) response?.uncork();
    this.#corked = false;
    response?.end(this.format.end(errors));
    this.#release(errors);
    // Who does not read the end either is cut off.
    const late = setTimeout(() => response?.destroy(), this.parts.endMs).unref();
    response?.once('close', () => clearTimeout(late));
  }

  keepAlive(): void {
    // Where nothing is read, one more comment tells nobody anything.
    if (this.#response?.writableNeedDrain === false) this.#response.write(this.format.keepAlive);
  }

  /** The caller is gone. */
  stop(): void {
    this.#begun(null);
    this.#release(null);
  }

  #release(errors: readonly MaskedError[] | null): void {
    if (this.#released) return;
    this.#released = true;
    this.parts.pings.remove(this, this.#slot);
    if (this.#over === undefined) this.#subscription?.stop();
    this.#controller.abort();
    this.parts.ended(this, errors);
  }
}
