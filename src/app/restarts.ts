const FIRST_MS = 500;
/** What trying again mends. */
const LONGEST_RETRY_MS = 30_000;
/** What trying again cannot mend, an operator may: a node corrected, an organisation admitted again. It is looked at this often. */
const LONGEST_STOP_MS = 60_000;
/** Whoever lived this long is begun with the first pause again. */
const HEALTHY_AFTER_MS = 60_000;

/** How long to wait before what failed is started again: doubling, bounded. */
export class Restarts {
  #nextMs = FIRST_MS;

  /** After a failure: `livedMs` says how long it had run. What stopped is looked at soon, too: its cause may be mended already. */
  pauseMs(retryable: boolean, livedMs: number): number {
    if (livedMs > HEALTHY_AFTER_MS) this.#nextMs = FIRST_MS;
    const pause = Math.min(retryable ? LONGEST_RETRY_MS : LONGEST_STOP_MS, this.#nextMs);
    this.#nextMs = Math.min(LONGEST_STOP_MS, this.#nextMs * 2);
    return pause;
  }
}
