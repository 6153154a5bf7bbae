/** Whoever waits for something to happen is woken once for all that happened; nobody polls. */
export class Wakes {
  readonly #waiting = new Set<() => void>();
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
    const woken = [...this.#waiting];
    this.#waiting.clear();
    for (const one of woken) one();
  }

  /** Resolves once something happened after `count`. Errors: the reason of the first signal that is aborted. */
  async after(count: number, signals: readonly AbortSignal[]): Promise<void> {
    for (const signal of signals) signal.throwIfAborted();
    if (this.#count > count) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        this.#waiting.delete(done);
        for (const signal of signals) signal.removeEventListener('abort', done);
        resolve();
      };
      this.#waiting.add(done);
      for (const signal of signals) signal.addEventListener('abort', done, { once: true });
    });
    for (const signal of signals) signal.throwIfAborted();
  }
}
