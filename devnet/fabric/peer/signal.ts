/** Wakes those who wait for something to happen again. */
export class Signal {
  #waiting = new Set<() => void>();
  #closed = false;

  send(): void {
    const waiting = this.#waiting;
    this.#waiting = new Set();
    for (const wake of waiting) wake();
  }

  /** Wakes everybody for good: from now on nobody waits. */
  close(): void {
    this.#closed = true;
    this.send();
  }

  /** Resolves with true at the next `send`, with false when `abort` comes first or the signal is closed. */
  next(abort: AbortSignal): Promise<boolean> {
    if (this.#closed || abort.aborted) return Promise.resolve(false);
    return new Promise((resolve) => {
      const finish = (sent: boolean): void => {
        this.#waiting.delete(wake);
        abort.removeEventListener('abort', cancel);
        resolve(sent);
      };
      const wake = (): void => finish(!this.#closed);
      const cancel = (): void => finish(false);
      this.#waiting.add(wake);
      abort.addEventListener('abort', cancel);
    });
  }
}
