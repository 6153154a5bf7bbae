import { compareKeys, lowerBound } from './keyOrder.js';

/** A map whose keys are kept in the order of their UTF-8 bytes. */
export class SortedTable<T> {
  readonly #entries = new Map<string, T>();
  readonly #keys: string[] = [];

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): T | undefined {
    return this.#entries.get(key);
  }

  set(key: string, value: T): void {
    if (!this.#entries.has(key)) this.#insert(key);
    this.#entries.set(key, value);
  }

  delete(key: string): void {
    if (!this.#entries.delete(key)) return;
    this.#keys.splice(lowerBound(this.#keys, key), 1);
  }

  /** Keys from `start` on and before `end`, in order; an empty `end` means up to the last. */
  keys(start: string, end: string): string[] {
    const from = lowerBound(this.#keys, start);
    const to = end === '' ? this.#keys.length : lowerBound(this.#keys, end);
    return this.#keys.slice(from, Math.max(from, to));
  }

  #insert(key: string): void {
    const last = this.#keys.at(-1);
    if (last === undefined || compareKeys(last, key) < 0) this.#keys.push(key);
    else this.#keys.splice(lowerBound(this.#keys, key), 0, key);
  }
}
