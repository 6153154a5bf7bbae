import { ParleyError } from '../errors/index.js';
import type { LedgerId } from '../model/ids.js';
import type { Scope } from '../model/scope.js';
import type { StoreReader } from '../store/store.js';
import { BlockRows } from './blockRows.js';
import type { Asked } from './catchUp.js';
import type { Feed, FeedStream, LedgerPosition, RowOf, StreamPosition, StreamRequest, Wanted } from './feed.js';
import type { AnyRow } from './items.js';
import { predicate, wantsLedger } from './match.js';
import type { Match } from './matchBlock.js';
import { placeAt, type Place } from './place.js';
import { NOTHING } from './position.js';
import { Ring } from './ring.js';
import { finalPosition, finalStanceOf, stanceOf } from './stance.js';
import { broken, Stream, type Shared } from './stream.js';
import { Tails } from './tails.js';

/** Entries of the ring: some minutes of busy ledgers; who is further behind reads from the store. */
const RING_ENTRIES = 4096;
const BATCH = 500;
/** Rows of the ring's blocks that are kept for all readers. */
const KEPT_ROWS = 20_000;
/** So often it is looked at which ledgers there are: one may come into sight that nobody writes. */
const LEDGERS_MS = 500;
/** After a failure the outbox is read again. */
const RETRY_MS = 500;

export interface FeedOptions {
  readonly store: StoreReader;
  /** The ledgers of this process, asked anew. */
  readonly scope: () => Scope;
  /** Calls back whenever something may have been written; returns how to stop that. */
  readonly watch: (onWake: () => void) => () => Promise<void> | void;
  /** Told when the outbox cannot be read; it is tried again. */
  readonly onProblem: (error: unknown) => void;
  /** Entries that are kept for live streams; who is further behind reads from the store. */
  readonly ringEntries?: number;
  /** Changes of one batch. */
  readonly batch?: number;
}

/** A feed over a store. It begins to follow at once. */
export function createFeed(options: FeedOptions): Feed {
  return new StoreFeed(options);
}

class StoreFeed implements Feed {
  readonly #shared: Shared;
  readonly #closed = new AbortController();
  readonly #stopWatching: () => Promise<void> | void;
  readonly #looking: NodeJS.Timeout;
  #retry: NodeJS.Timeout | undefined;
  #pulling: Promise<void> = Promise.resolve();

  constructor(private readonly options: FeedOptions) {
    const { store, scope } = options;
    const ring = new Ring(options.ringEntries ?? RING_ENTRIES);
    const tails = new Tails({ store, scope, ring });
    const rows = new BlockRows({ store, scope, most: KEPT_ROWS });
    this.#shared = { store, ring, tails, rows, closed: this.#closed.signal };
    this.#stopWatching = options.watch(() => this.#wake());
    this.#looking = setInterval(() => {
      if (!tails.isFor(scope())) this.#wake();
    }, LEDGERS_MS).unref();
    this.#wake();
  }

  get sequence(): number {
    return this.#shared.ring.sequence;
  }

  async open<W extends Wanted>(
    request: StreamRequest & { readonly wanted: W },
  ): Promise<FeedStream<RowOf[W['items']]>> {
    this.#closed.signal.throwIfAborted();
    const asked = askedOf(request, this.options.batch ?? BATCH);
    const { tails, ring } = this.#shared;
    const seen = { ledgers: tails.ledgers, sequence: ring.sequence };
    const scope = request.scope();
    const ledgers = scope.ledgers.filter((ledger) => wantsLedger(request.wanted, ledger));
    const places =
      request.after === null
        ? await this.#now(ledgers, asked)
        : await this.#after(ledgers, request.after, asked, scope);
    return new Stream(this.#shared, asked, request.scope, { scope, ...seen, places }) as unknown as FeedStream<
      RowOf[W['items']]
    >;
  }

  async close(): Promise<void> {
    if (this.#closed.signal.aborted) return;
    this.#closed.abort(new ParleyError('SHUTTING_DOWN', 'The feed is closed'));
    this.#shared.tails.changed.wake();
    clearTimeout(this.#retry);
    clearInterval(this.#looking);
    await this.#stopWatching();
    await this.#pulling;
  }

  #wake(): void {
    if (this.#closed.signal.aborted) return;
    clearTimeout(this.#retry);
    this.#pulling = this.#shared.tails.pull().catch((error: unknown) => {
      if (this.#closed.signal.aborted) return;
      this.options.onProblem(error);
      this.#retry = setTimeout(() => this.#wake(), RETRY_MS);
    });
  }

  /** The tips as they are now, or where a rebuild is under way, as they were before or will be after it. */
  async #now(ledgers: readonly LedgerId[], asked: Asked): Promise<readonly Place[]> {
    const { tails, closed } = this.#shared;
    await tails.pull();
    while (tails.isUnsettled(ledgers)) {
      await tails.changed.after(tails.changed.count, {});
      closed.throwIfAborted();
    }
    return ledgers.map((ledger) => {
      const tail = tails.of(ledger);
      if (tail === undefined) return { ...placeAt(ledger, NOTHING), absent: true };
      if (!asked.finalOnly) return placeAt(ledger, tail.position, tail.at);
      const known = tail.final?.number === tail.position.final || tail.position.final < 0;
      if (!known) return placeAt(ledger, tail.position);
      return placeAt(ledger, finalPosition(tail.position, { final: tail.final, next: null }), tail.at);
    });
  }

  /** Where the client stands. Errors: `StreamBroken` where that cannot be. */
  async #after(
    ledgers: readonly LedgerId[],
    after: StreamPosition,
    asked: Asked,
    scope: Scope,
  ): Promise<readonly Place[]> {
    const places: Place[] = [];
    for (const ledger of ledgers) {
      const position = after.get(ledger) ?? NOTHING;
      const tail = this.#shared.tails.of(ledger);
      if (!asked.finalOnly && tail !== undefined && same(tail.position, position)) {
        places.push(placeAt(ledger, tail.position, tail.at));
        continue;
      }
      await this.#refuseLost(ledger, position, { asked, scope, after });
      places.push(placeAt(ledger, position));
    }
    return places;
  }

  async #refuseLost(
    ledger: LedgerId,
    position: LedgerPosition,
    { asked, scope, after }: { readonly asked: Asked; readonly scope: Scope; readonly after: StreamPosition },
  ): Promise<void> {
    if (position.block === null) return;
    const stance = await this.#shared.store.snapshot(async (reads) => {
      const standing = (await reads.standings(scope)).find((one) => one.ledger === ledger);
      if (standing === undefined || standing.rebuilding) return null;
      if (asked.finalOnly) return (await finalStanceOf(reads, scope, position, standing)).stance;
      return stanceOf(reads, scope, position, standing);
    });
    if (stance?.kind === 'lost') throw broken(ledger, stance.common, after);
  }
}

/** True where a client has exactly what a client of everything has. */
const same = (tail: LedgerPosition, { block, through, final, finalThrough }: LedgerPosition): boolean =>
  block !== null && tail.block?.hash === block.hash && through === null && tail.final === final && finalThrough === 0;

const askedOf = ({ wanted, kinds, minConfirmation }: StreamRequest, most: number): Asked => ({
  ...{ wanted, match: predicate(wanted) as Match<AnyRow> },
  ...{ kinds: new Set(kinds), finalOnly: minConfirmation === 'FINAL', most },
});
