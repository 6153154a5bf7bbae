import type { LedgerId } from '../model/ids.js';
import type { Scope } from '../model/scope.js';
import type { LedgerStanding, StoreChanges, StoreReader } from '../store/store.js';
import { chainBetween } from './chainRanges.js';
import { reconcile } from './reconcile.js';
import type { OutboxPlace, Ring } from './ring.js';
import { KEPT_BLOCKS, stepOf, stepped, tailAt, type Step, type TailState } from './tailState.js';
import { Wakes } from './wakes.js';

/** Entries of the outbox that are read at once. */
const ENTRIES_A_READ = 1000;
/** Where more happened than this without the outbox telling it, whoever reads goes to the store. */
const MOST_WORKED_OUT = 2 * KEPT_BLOCKS;

export interface TailsOptions {
  readonly store: StoreReader;
  /** All ledgers of this process. */
  readonly scope: () => Scope;
  readonly ring: Ring;
}

/** Follows the outbox of each ledger, and writes what it hears into the ring. */
export class Tails {
  /** Wakes whenever a ledger stands somewhere else. */
  readonly changed = new Wakes();
  readonly #tails = new Map<LedgerId, TailState>();
  /** Ledgers that were being rebuilt when this process first saw them: what they hold then is not new. */
  readonly #late = new Set<LedgerId>();
  #begun = false;
  #seen = '';
  #ledgers = 0;
  #known = '';
  #scope = '';
  #running: Promise<void> | null = null;
  #next: Promise<void> | null = null;

  constructor(private readonly options: TailsOptions) {}

  of(ledger: LedgerId): TailState | undefined {
    return this.#tails.get(ledger);
  }

  /** How often there were other ledgers than before. */
  get ledgers(): number {
    return this.#ledgers;
  }

  /** True where all ledgers of a scope were looked for. */
  isFor(scope: Scope): boolean {
    return scope.digest === this.#scope;
  }

  /** True while it is not known where one of these ledgers stands. */
  isUnsettled(ledgers: readonly LedgerId[]): boolean {
    return ledgers.some((ledger) => this.#late.has(ledger));
  }

  /** The newest sequence at which a ledger stood at a place of its outbox; undefined where the ring does not tell. */
  sequenceOf(ledger: LedgerId, place: OutboxPlace): number | undefined {
    const at = this.of(ledger)?.at;
    const { ring } = this.options;
    if (at?.generation === place.generation && at.position === place.position) return ring.sequence;
    return ring.sequenceOf(ledger, place);
  }

  /** Reads everything that was written before the call. Calls at once are answered together. Errors: the store's. */
  pull(): Promise<void> {
    if (this.#next !== null) return this.#next;
    const before = this.#running?.catch(() => undefined) ?? Promise.resolve(); // Whoever began that one is told.
    const pulled = before.then(() => {
      this.#next = null;
      this.#running = pulled;
      return this.#pull();
    });
    this.#next = pulled;
    return pulled;
  }

  async #pull(): Promise<void> {
    const scope = this.options.scope();
    const standings = await this.options.store.standings(scope);
    // First of all: whoever reads an item of a ledger has heard of the ledger.
    const known = JSON.stringify([scope.digest, standings.map(({ ledger }) => ledger)]);
    if (known !== this.#known) this.#ledgers += 1;
    this.#known = known;
    for (const standing of standings) await this.#follow(scope, standing);
    this.#begun = true;
    this.#scope = scope.digest;
    const seen = JSON.stringify([known, standings]);
    if (seen !== this.#seen) this.changed.wake();
    this.#seen = seen;
  }

  async #follow(scope: Scope, { ledger, generation, position, rebuilding }: LedgerStanding): Promise<void> {
    if (rebuilding) {
      if (!this.#begun) this.#late.add(ledger);
      return;
    }
    const tail = this.#tails.get(ledger) ?? (await this.#begin(scope, ledger, generation));
    if (tail === null || (tail.at.generation === generation && tail.at.position === position)) return;
    if (tail.at.generation !== generation || position < tail.at.position || !(await this.#readOn(scope, tail))) {
      await this.#workOut(scope, ledger);
    }
  }

  /** A ledger that was there from the beginning is followed from now; one that came later from its first entry. */
  async #begin(scope: Scope, ledger: LedgerId, generation: number): Promise<TailState | null> {
    const fromNow = !this.#begun || this.#late.has(ledger);
    const tail = fromNow
      ? await this.options.store.snapshot((reads) => tailNow(reads, scope, ledger))
      : tailAt(ledger, { generation, position: 0 }, { chain: [], finalized: -1, final: null });
    if (tail === null) return null;
    this.#late.delete(ledger);
    this.#tails.set(ledger, tail);
    return tail;
  }

  /** False where the outbox does not go on where the tail stands. */
  async #readOn(scope: Scope, from: TailState): Promise<boolean> {
    for (let tail = from; ;) {
      const { ledger, at } = tail;
      const read = await this.options.store.outbox(scope, ledger, at.position, ENTRIES_A_READ);
      if (read === null || read.standing.rebuilding) return true;
      if (read.standing.generation !== at.generation) return false;
      for (const entry of read.entries) {
        const next =
          entry.position === tail.at.position + 1
            ? this.#step(tail, stepOf(entry), { ...at, position: entry.position })
            : null;
        if (next === null) return false;
        tail = next;
      }
      if (read.entries.length < ENTRIES_A_READ) return tail.at.position >= read.standing.position;
      this.changed.wake();
    }
  }

  #step(tail: TailState, step: Step, at: OutboxPlace | null): TailState | null {
    const next = stepped(tail, step, at);
    if (next === null) return null;
    this.options.ring.push(next.entry);
    this.#tails.set(tail.ledger, next.state);
    return next.state;
  }

  /** Goes on by hashes where positions of the outbox do not lead on: after a rebuild, or another reading of the ledger. */
  async #workOut(scope: Scope, ledger: LedgerId): Promise<void> {
    const tail = this.#tails.get(ledger);
    if (tail === undefined) return;
    const found = await this.options.store.snapshot((reads) => foundNow(reads, scope, tail));
    if (found === null) return;
    const { at, chain, finalized } = found;
    const reconciled = chain === null ? ({ kind: 'apart' } as const) : reconcile(tail, { chain, finalized });
    if (reconciled.kind === 'behind') return;
    if (reconciled.kind === 'apart' || !this.#take(tail, reconciled.steps, at)) await this.#jump(scope, ledger);
  }

  #take(from: TailState, steps: readonly Step[], at: OutboxPlace): boolean {
    let tail = from;
    for (const [index, step] of steps.entries()) {
      const next = this.#step(tail, step, index === steps.length - 1 ? at : null);
      if (next === null) return false;
      tail = next;
    }
    this.#tails.set(tail.ledger, { ...tail, at });
    return true;
  }

  async #jump(scope: Scope, ledger: LedgerId): Promise<void> {
    const tail = await this.options.store.snapshot((reads) => tailNow(reads, scope, ledger));
    if (tail === null) return;
    this.#tails.set(ledger, tail);
    this.options.ring.push({ ledger, kind: 'JUMPED' });
  }
}

/** A tail at the tip; null while a rebuild is under way. */
async function tailNow(reads: StoreChanges, scope: Scope, ledger: LedgerId): Promise<TailState | null> {
  const standing = await standingOf(reads, scope, ledger);
  if (standing === null) return null;
  const { generation, position, tip, finalized } = standing;
  const at = { generation, position };
  if (tip === null) return tailAt(ledger, at, { chain: [], finalized, final: null });
  const chain = await chainBetween(reads, scope, { ledger, from: tip.number - KEPT_BLOCKS + 1, to: tip.number });
  const last = Math.min(finalized, tip.number);
  const final = chain.find(({ number }) => number === last) ?? null;
  return tailAt(ledger, at, { chain, finalized, final });
}

/** `chain`: null where it is too long to be worth working out. */
async function foundNow(
  reads: StoreChanges,
  scope: Scope,
  { ledger, chain: known }: TailState,
): Promise<{ at: OutboxPlace; chain: Awaited<ReturnType<typeof chainBetween>> | null; finalized: number } | null> {
  const standing = await standingOf(reads, scope, ledger);
  if (standing === null) return null;
  const { generation, position, tip, finalized } = standing;
  const at = { generation, position };
  const from = known[0]?.number ?? 0;
  if (tip === null) return { at, chain: [], finalized };
  if (tip.number - from > MOST_WORKED_OUT) return { at, chain: null, finalized };
  return { at, chain: await chainBetween(reads, scope, { ledger, from, to: tip.number }), finalized };
}

async function standingOf(reads: StoreChanges, scope: Scope, ledger: LedgerId): Promise<LedgerStanding | null> {
  const standing = (await reads.standings(scope)).find((one) => one.ledger === ledger);
  return standing === undefined || standing.rebuilding ? null : standing;
}
