/** Whoever waits for something to happen is woken once for all that happened; nobody polls. */
export class Wakes {
  readonly #waiting = new Map<object, () => void>();
  #count = 0;

  /** How often something happened. */
  get count(): number {
    return this.#count;
  }

  /** How many wait. */
  get waiting(): number {
    return this.#waiting.size;
  }

  wake(): void {
    this.#count += 1;
    const woken = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const one of woken) one();
  }

  /** Resolves once something happened after `count`, or `waiter` is released. */
  after(count: number, waiter: object): Promise<void> | undefined {
    if (this.#count > count) return undefined;
    return new Promise((resolve) => this.#waiting.set(waiter, resolve));
  }

  /** Lets one who waits go on. */
  release(waiter: object): void {
    const resolve = this.#waiting.get(waiter);
    this.#waiting.delete(waiter);
    resolve?.();
  }
}
