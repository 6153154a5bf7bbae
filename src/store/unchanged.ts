/** Answers that hold as long as nothing changed in the store. */
export class Unchanged {
  readonly #kept = new Map<string, Promise<unknown>>();
  #state: number | null = null;

  /** `state`: another number whenever anything was committed; null where that cannot be told, and nothing is kept. */
  constructor(private readonly state: () => number | null) {}

  /**
   * The answer of that name, read now or since the last change. Invariant: the state is asked for before the read, so what is committed
   * in between is read again; and names say all that the answer depends on, the visible ledgers first of all.
   */
  get<T>(name: string, read: () => Promise<T>): Promise<T> {
    const state = this.state();
    if (state === null) return read();
    if (state !== this.#state || this.#kept.size >= MOST_KEPT) this.#kept.clear();
    this.#state = state;
    const kept = this.#kept.get(name) as Promise<T> | undefined;
    if (kept !== undefined) return kept;
    const reading = read();
    this.#kept.set(name, reading);
    reading.catch(() => this.#kept.delete(name));
    return reading;
  }
}

/** Scopes are few; beyond these all are forgotten. */
const MOST_KEPT = 100;
