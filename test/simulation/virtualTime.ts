import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers/promises';
import type { Random } from '../support/random.js';
import { settled } from './scheduler.js';

interface Timer {
  readonly id: number;
  atMs: number;
  readonly everyMs: number | null;
  readonly run: () => void;
}

const START_MS = Date.UTC(2026, 0, 2);
const REPLACED = [
  'setTimeout',
  'clearTimeout',
  'setInterval',
  'clearInterval',
  'setImmediate',
  'clearImmediate',
] as const;

/** Clocks, timers and chance of one run: time passes only when the run says so, and chance is the seed's. */
export class VirtualTime {
  #nowMs = 0;
  #next = 1;
  readonly #timers = new Map<number, Timer>();
  readonly #restore: (() => void)[] = [];

  constructor(private readonly random: Random) {}

  get nowMs(): number {
    return this.#nowMs;
  }

  install(): void {
    const clear = (timer: unknown): void => void this.#timers.delete(Number(timer));
    const own = {
      setTimeout: (run: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) =>
        this.#add(() => run(...args), ms, null),
      setInterval: (run: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) =>
        this.#add(() => run(...args), ms, Math.max(1, ms)),
      setImmediate: (run: (...args: unknown[]) => void, ...args: unknown[]) => this.#add(() => run(...args), 0, null),
      ...{ clearTimeout: clear, clearInterval: clear, clearImmediate: clear },
    };
    for (const name of REPLACED) this.#replace(globalThis, name, own[name]);
    this.#replace(Date, 'now', () => START_MS + this.#nowMs);
    this.#replace(performance, 'now', () => this.#nowMs);
    this.#replace(Math, 'random', () => this.random.next());
    this.#replace(timers, 'setTimeout', (ms: number, value: unknown, options?: { signal?: AbortSignal }) =>
      this.#delay(ms, value, options?.signal),
    );
    this.#replace(timers, 'setImmediate', (value: unknown) => this.#delay(0, value));
    syncBuiltinESMExports();
  }

  restore(): void {
    for (const undo of this.#restore.splice(0).reverse()) undo();
    syncBuiltinESMExports();
  }

  /** Goes on to the next timer that is due within `limitMs` and runs it; false where none is. */
  async advance(limitMs: number): Promise<boolean> {
    const [next] = [...this.#timers.values()].sort((a, b) => a.atMs - b.atMs || a.id - b.id);
    if (next === undefined || next.atMs > this.#nowMs + limitMs) return false;
    this.#nowMs = Math.max(this.#nowMs, next.atMs);
    if (next.everyMs === null) this.#timers.delete(next.id);
    else next.atMs = this.#nowMs + next.everyMs;
    next.run();
    await settled();
    return true;
  }

  /** Lets so much time pass, with what is due meanwhile. */
  async pass(ms: number): Promise<void> {
    const until = this.#nowMs + ms;
    while (await this.advance(until - this.#nowMs));
    this.#nowMs = until;
  }

  /** Runs what is due at once; true where something was. */
  async runDue(): Promise<boolean> {
    return this.advance(0);
  }

  #add(run: () => void, ms: number, everyMs: number | null): object {
    const id = this.#next++;
    this.#timers.set(id, { id, atMs: this.#nowMs + Math.max(0, ms), everyMs, run });
    const handle = {
      ...{ ref: () => handle, unref: () => handle, hasRef: () => true },
      [Symbol.toPrimitive]: () => id,
      [Symbol.dispose]: () => void this.#timers.delete(id),
    };
    return handle;
  }

  #delay(ms: number, value: unknown, signal?: AbortSignal): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) return reject(signal.reason as Error);
      const timer = this.#add(() => resolve(value), ms, null);
      signal?.addEventListener('abort', () => {
        this.#timers.delete(Number(timer));
        reject(signal.reason as Error);
      });
    });
  }

  #replace(target: object, name: string, value: unknown): void {
    const before = Object.getOwnPropertyDescriptor(target, name);
    Object.defineProperty(target, name, { value, configurable: true, writable: true });
    this.#restore.push(() => {
      if (before === undefined) Reflect.deleteProperty(target, name);
      else Object.defineProperty(target, name, before);
    });
  }
}
