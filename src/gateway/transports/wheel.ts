// How finely a period is cut: an item is visited at most one part late.
const PARTS = 16;

/** One timer for what every connection would otherwise have a timer of its own for: visits each item once a period. */
export class Wheel<T> {
  readonly #slots: readonly Set<T>[] = Array.from({ length: PARTS + 1 }, () => new Set<T>());
  #at = 0;
  #size = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    readonly periodMs: number,
    readonly visit: (item: T) => void,
  ) {}

  /** First visited when a whole period is over; gives the slot that `remove` asks for. */
  add(item: T): number {
    const slot = this.#at;
    this.#slots[slot]?.add(item);
    this.#size += 1;
    this.#timer ??= setInterval(() => this.#turn(), Math.max(1, this.periodMs / PARTS)).unref();
    return slot;
  }

  remove(item: T, slot: number): void {
    if (this.#slots[slot]?.delete(item) !== true) return;
    this.#size -= 1;
    if (this.#size === 0) this.#stop();
  }

  #turn(): void {
    this.#at = (this.#at + 1) % this.#slots.length;
    for (const item of [...(this.#slots[this.#at] ?? [])]) this.visit(item);
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
