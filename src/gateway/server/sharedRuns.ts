import { setImmediate as nextTurn } from 'node:timers/promises';

/**
 * Runs once what several ask alike: who asks before the run has begun joins it, who asks later begins another. So nobody is given what
 * was read before it asked, and nothing is kept.
 */
export class SharedRuns<T> {
  readonly #coming = new Map<string, Promise<T>>();

  /** `key`: equal only where `run` gives the same to whoever asks. It begins once what has arrived by now has been taken in. */
  join(key: string, run: () => Promise<T>): Promise<T> {
    const coming = this.#coming.get(key);
    if (coming !== undefined) return coming;
    const begun = nextTurn().then(() => {
      this.#coming.delete(key);
      return run();
    });
    this.#coming.set(key, begun);
    return begun;
  }
}
