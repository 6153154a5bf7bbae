import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { ParleyError } from '../../errors/index.js';
import { refusal } from './http.js';
import { TokenBuckets } from './tokenBuckets.js';

export interface AdmissionOptions {
  readonly requestsPerMinute: number;
  /** Requests answered at once; more are refused, not queued. */
  readonly maxConcurrent: number;
  /** How long an answer may take. */
  readonly timeoutMs: number;
}

/** Counts what is being answered: bounds it for each client, in number and in time, and ends it at shutdown. */
export class Admission {
  readonly #buckets: TokenBuckets;
  readonly #running = new Map<AbortController, Promise<unknown>>();
  #draining = false;

  constructor(readonly options: AdmissionOptions) {
    this.#buckets = new TokenBuckets(options.requestsPerMinute);
  }

  /** @throws Refusal SHUTTING_DOWN once the server stops */
  open(): void {
    if (this.#draining) throw refusal('SHUTTING_DOWN', 'The server is stopping', {}, { connection: 'close' });
  }

  /** @throws Refusal RATE_LIMITED, OVERLOADED */
  admit(client: string, nowMs: number): void {
    const wait = this.#buckets.take(client, nowMs);
    if (wait > 0)
      throw refusal(
        'RATE_LIMITED',
        'Too many requests from this address (limit `requestsPerMinute`)',
        { got: `more than ${this.options.requestsPerMinute} a minute`, expected: `the next one in ${wait} s` },
        { 'retry-after': String(wait) },
      );
    if (this.#running.size < this.options.maxConcurrent) return;
    throw refusal(
      'OVERLOADED',
      'Too many requests are being answered',
      { got: `more than ${this.options.maxConcurrent} at once` },
      { 'retry-after': '1' },
    );
  }

  /**
   * Runs work until it is done, the time is up, the caller is gone, or the server stops.
   * @throws ParleyError TIMEOUT, SHUTTING_DOWN, whatever the work throws
   */
  async run<T>(response: ServerResponse, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    const { timeoutMs } = this.options;
    const end = (what: string) => () =>
      controller.abort(new ParleyError('TIMEOUT', what, { expected: `at most ${timeoutMs} ms` }));
    const timer = setTimeout(end('The answer took too long'), timeoutMs);
    const gone = end('The caller went away before the answer was ready');
    response.once('close', gone);
    const running = untilAborted(controller.signal, work);
    this.#running.set(controller, running);
    try {
      return await running;
    } finally {
      clearTimeout(timer);
      response.off('close', gone);
      this.#running.delete(controller);
    }
  }

  /** Refuses what comes from now on, lets what runs finish within the bound, then ends the rest. */
  async drain(graceMs: number): Promise<void> {
    this.#draining = true;
    const late = new AbortController();
    const all = Promise.allSettled(this.#running.values()).then(() => late.abort());
    await Promise.race([all, delay(graceMs, undefined, { signal: late.signal }).catch(() => undefined)]);
    for (const controller of this.#running.keys())
      controller.abort(new ParleyError('SHUTTING_DOWN', 'The server stopped before the answer was ready'));
    await all;
  }
}

/** Rejects with the signal's reason as soon as it is aborted; what the work does after that is nobody's concern. */
function untilAborted<T>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    work(signal).then(resolve, reject);
  });
}
