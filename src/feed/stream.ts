import type { LedgerId } from '../model/ids.js';
import type { Scope } from '../model/scope.js';
import type { BlockKey, StoreReader } from '../store/store.js';
import type { BlockRows, RowsOfBlock } from './blockRows.js';
import { catchUpStep, type Asked, type CatchUpStep, type Reader } from './catchUp.js';
import { Change, type Told } from './change.js';
import type { FeedBatch, FeedStream, Pace, StreamPosition } from './feed.js';
import { StreamBroken } from './feed.js';
import type { AnyRow } from './items.js';
import { liveStep, tells } from './live.js';
import { wantsLedger } from './match.js';
import { placeAt, type Place } from './place.js';
import { NOTHING } from './position.js';
import type { Ring, RingEntry, RingItem } from './ring.js';
import type { Tails } from './tails.js';

/** What all streams of a feed share. */
export interface Shared {
  readonly store: StoreReader;
  readonly ring: Ring;
  readonly tails: Tails;
  readonly rows: BlockRows;
  /** Aborted when the feed closes, with the reason. */
  readonly closed: AbortSignal;
}

/** Where a stream begins. */
export interface Opened {
  readonly scope: Scope;
  /** `Tails.ledgers` before the scope was looked at. */
  readonly ledgers: number;
  /** The ring's, then. */
  readonly sequence: number;
  readonly places: readonly Place[];
}

/** A step that is taken before it is asked for: good where its reader stands where it stood, and sees what it saw. */
interface Ahead {
  readonly reader: Reader;
  readonly view: string;
  readonly step: Promise<CatchUpStep>;
}

/** So often a live stream looks at what its caller may see. */
const SCOPE_AGE_MS = 1000;
/** Where nothing matched for so long, a reader is told how far the stream came. */
const QUIET_MS = 1000;
/** Blocks whose rows are read together where a reader is behind the ring's end. */
const BLOCKS_AHEAD = 32;

/**
 * One reader of the feed. Catching up it takes steps in the store, ledger by ledger; once it stands on each ledger at a place that
 * the ring knows, it is a pointer into the ring. Whatever does not fit sends it back to the store, which tells by hashes what it lacks.
 */
export class Stream implements FeedStream<AnyRow> {
  readonly #places: Map<LedgerId, Place>;
  #closed = false;
  #attended: AbortSignal | null = null;
  #pace: Pace | undefined;
  #ahead: Ahead | null = null;
  /** Entries up to this are passed; null while catching up. */
  #pointer: number | null = null;
  /** Up to here entries may have been told while catching up. */
  #settled = 0;
  /** The last sequence that the reader was told of; -1 before the first. */
  #given = -1;
  #givenAt = performance.now();
  #scopeAt: number;
  /** Which ledgers there were when the scope was looked at. */
  #seenLedgers: number;
  /** Items of the ring up to this were there when it was looked. */
  #lookedUpTo: number;
  #scope: Scope;

  constructor(
    private readonly shared: Shared,
    private readonly asked: Asked,
    private readonly scopeNow: () => Scope,
    { scope, ledgers, sequence, places }: Opened,
  ) {
    this.#scope = scope;
    this.#scopeAt = performance.now();
    this.#seenLedgers = ledgers;
    this.#lookedUpTo = sequence;
    this.#places = new Map(places.map((place) => [place.reader.ledger, place]));
    if (places.every(({ tip, absent }) => tip !== null || absent)) this.#enter();
  }

  get position(): StreamPosition {
    const shown = [...this.#places.values()].filter(({ reader }) => reader.position !== NOTHING);
    return new Map(shown.map(({ reader }) => [reader.ledger, reader.position]));
  }

  async next(signal: AbortSignal, pace?: Pace): Promise<FeedBatch<AnyRow>> {
    this.#attend(signal);
    this.#pace = pace;
    for (;;) {
      this.#refuseEnded(signal);
      this.#seeScope();
      const batch = this.#pointer === null ? await this.#catchUp() : await this.#readRing(this.#pointer);
      if (batch !== null) return batch;
    }
  }

  close(): void {
    this.#closed = true;
    this.#release();
    this.#attended?.removeEventListener('abort', this.#release);
    this.#attended = null;
    this.#ahead = null;
    this.#places.clear();
  }

  // ── Waiting ──

  /** Readers mostly give one signal all along: it is listened to once, not for each wait. */
  #attend(signal: AbortSignal): void {
    if (this.#attended === signal || this.#closed) return;
    this.#attended?.removeEventListener('abort', this.#release);
    signal.addEventListener('abort', this.#release, { once: true });
    this.#attended = signal;
  }

  /** Invariant: who is gone does not begin to wait. */
  #wait(seen: number): Promise<void> | undefined {
    const gone = this.#closed || this.#attended?.aborted === true || this.shared.closed.aborted;
    if (gone) return undefined;
    this.#pace?.rest();
    return this.shared.tails.changed.after(seen, this);
  }

  readonly #release = (): void => this.shared.tails.changed.release(this);

  #refuseEnded(signal: AbortSignal): void {
    signal.throwIfAborted();
    this.shared.closed.throwIfAborted();
    if (this.#closed) throw new DOMException('The stream was closed by its reader', 'AbortError');
  }

  // ── What the caller may see ──

  /** Looks now and then, and at once where there are other ledgers than there were: none of their changes may follow. */
  #seeScope(): void {
    const now = performance.now();
    const { ledgers } = this.shared.tails;
    if (now - this.#scopeAt >= SCOPE_AGE_MS || ledgers !== this.#seenLedgers) this.#look(now, ledgers);
  }

  #look(now: number, ledgers: number): void {
    this.#scopeAt = now;
    this.#seenLedgers = ledgers;
    this.#lookedUpTo = this.shared.ring.sequence;
    this.#scope = this.scopeNow();
    const visible = this.#scope.ledgers.filter((ledger) => wantsLedger(this.asked.wanted, ledger));
    for (const ledger of this.#places.keys()) if (!visible.includes(ledger)) this.#places.delete(ledger);
    for (const ledger of visible) if (!this.#places.has(ledger)) this.#begin(ledger);
  }

  /** A ledger that comes into sight begins with its first block. */
  #begin(ledger: LedgerId): void {
    this.#places.set(ledger, placeAt(ledger, NOTHING));
    this.#leaveRing();
  }

  // ── The ring ──

  async #readRing(from: number): Promise<FeedBatch<AnyRow> | null> {
    const seen = this.shared.tails.changed.count;
    const changes: Change[] = [];
    let at = from;
    while (changes.length < this.asked.most) {
      const item = this.shared.ring.at(at + 1);
      if (item === undefined) {
        if (at < this.shared.ring.sequence) this.#leaveRing();
        break;
      }
      if (this.#isNews(item)) {
        // Not within a batch: that is of one view.
        this.#scopeAt = -Infinity;
        break;
      }
      const taken = this.#passes(item) ? true : await this.#take(item, changes);
      if (taken === null) this.#leaveRing();
      if (taken !== true) break;
      at += 1;
      this.#pointer = at;
    }
    return this.#batch(changes, at, seen);
  }

  async #batch(changes: readonly Change[], at: number, seen: number): Promise<FeedBatch<AnyRow> | null> {
    if (changes.length > 0 || (this.#pointer !== null && this.#tellsPlace(at))) return this.#give(changes, at);
    if (this.#pointer === this.shared.ring.sequence) await this.#wait(seen);
    return null;
  }

  /** True where the reader should hear how far the stream came although nothing matched: at once when it becomes live. */
  #tellsPlace(at: number): boolean {
    if (at < this.#settled) return false;
    return this.#given < this.#settled || (at > this.#given && performance.now() - this.#givenAt > QUIET_MS);
  }

  #give(changes: readonly Change[], at: number): FeedBatch<AnyRow> {
    if (at >= this.#settled) this.#given = at;
    this.#givenAt = performance.now();
    return { changes, through: at >= this.#settled ? at : null, view: this.#scope.digest };
  }

  /** True where an item of the ring is none of this stream's, or was told while catching up. */
  #passes({ ledger, sequence }: RingItem): boolean {
    const place = this.#places.get(ledger);
    return place === undefined ? !this.#wants(ledger) : sequence <= place.joined;
  }

  #wants(ledger: LedgerId): boolean {
    return this.#scope.ledgers.includes(ledger) && wantsLedger(this.asked.wanted, ledger);
  }

  /** True where an item's ledger may have come into sight since it was looked: nothing that wakes this reader need follow it. */
  #isNews({ ledger, sequence }: RingItem): boolean {
    if (sequence <= this.#lookedUpTo || this.#scope.ledgers.includes(ledger)) return false;
    return wantsLedger(this.asked.wanted, ledger);
  }

  /** Takes a step over an entry: true where it was told whole, false where more of it is to come, null where it does not follow. */
  async #take(item: RingItem, changes: Change[]): Promise<boolean | null> {
    const place = this.#places.get(item.ledger);
    if (place === undefined || item.kind === 'JUMPED') return null;
    const rows = tells(this.asked, item) === null ? [] : (this.#kept(item) ?? (await this.#read(item)));
    if (rows === null) return null;
    const { position } = place.reader;
    const step = liveStep(this.asked, item, { position, rows, most: this.asked.most - changes.length });
    if (step === null) return null;
    this.#tell(changes, item.ledger, step.told, item.sequence > this.#settled ? item.sequence : null);
    place.reader = { ledger: item.ledger, position: step.position, last: null };
    return step.whole;
  }

  #kept({ ledger, block: { hash } }: RingEntry): RowsOfBlock | undefined {
    return this.shared.rows.kept(this.asked.wanted.items, { ledger, hash });
  }

  #read({ ledger, block: { hash }, sequence }: RingEntry): Promise<RowsOfBlock | null> {
    const ahead: BlockKey[] = [];
    for (let at = sequence + 1; ahead.length < BLOCKS_AHEAD; at += 1) {
      const item = this.shared.ring.at(at);
      if (item === undefined || at > sequence + 2 * BLOCKS_AHEAD) break;
      if (item.kind === 'JUMPED' || !this.#places.has(item.ledger) || tells(this.asked, item) === null) continue;
      ahead.push({ ledger: item.ledger, hash: item.block.hash });
    }
    return this.shared.rows.read(this.asked.wanted.items, { ledger, hash }, ahead);
  }

  #tell(changes: Change[], ledger: LedgerId, told: readonly Told[], sequence: number | null): void {
    if (told.length === 0) return;
    const others = this.position;
    for (const one of told) changes.push(new Change(ledger, one, others, sequence));
  }

  #leaveRing(): void {
    this.#pointer = null;
    this.#given = -1;
    for (const place of this.#places.values()) place.tip = null;
  }

  // ── The store ──

  async #catchUp(): Promise<FeedBatch<AnyRow> | null> {
    const seen = this.shared.tails.changed.count;
    const place = this.#due(seen);
    if (place !== undefined) return this.#step(place, seen);
    if (this.#enter() || (await this.#pullAndEnter(seen))) return null;
    if (this.#due(seen) === undefined) await this.#wait(seen);
    return null;
  }

  /** The next place with something to be read: one that is not at its tip, or one whose ledger went on while others are not. */
  #due(seen: number): Place | undefined {
    const places = [...this.#places.values()];
    const due = places.find(({ tip, waits }) => tip === null && waits !== seen);
    if (due !== undefined || places.every(({ tip, absent }) => tip !== null || absent)) return due;
    return places.find(({ tip, reader }) => tip !== null && !this.#current(reader.ledger, tip));
  }

  #current(ledger: LedgerId, tip: NonNullable<Place['tip']>): boolean {
    const at = this.shared.tails.of(ledger)?.at;
    // A tail of an older generation waits for an index that is not as far as it was: that is no news either.
    if (at === undefined || at.generation < tip.generation) return true;
    return at.generation === tip.generation && at.position <= tip.position;
  }

  async #step(place: Place, seen: number): Promise<FeedBatch<AnyRow> | null> {
    const { ledger } = place.reader;
    const step = await this.#nextStep(place);
    if (this.#places.get(ledger) !== place) return null;
    // The next turn is another ledger's.
    this.#places.delete(ledger);
    this.#places.set(ledger, place);
    switch (step.kind) {
      case 'lost':
        throw broken(ledger, step.common, this.position);
      case 'absent':
      case 'waits':
        Object.assign(place, { tip: null, waits: seen, absent: step.kind === 'absent' });
        return null;
      case 'moved': {
        const changes: Change[] = [];
        this.#tell(changes, ledger, step.told, null);
        Object.assign(place, { reader: step.reader, tip: step.tip, waits: null, absent: false });
        if (changes.length > 0) this.#readAhead(seen);
        return changes.length === 0 ? null : { changes, through: null, view: this.#scope.digest };
      }
    }
  }

  async #nextStep(place: Place): Promise<CatchUpStep> {
    const ahead = this.#ahead;
    this.#ahead = null;
    if (ahead?.reader === place.reader && ahead.view === this.#scope.digest) return ahead.step;
    await this.#pace?.begin();
    return this.#stepOf(place);
  }

  #stepOf({ reader }: Place): Promise<CatchUpStep> {
    return this.shared.store.snapshot((reads) => catchUpStep(reads, this.#scope, this.asked, reader));
  }

  /** The store reads on while what it told is dealt with; what fails is told when it is asked for. */
  #readAhead(seen: number): void {
    const place = this.#pace?.isCrowded === false ? this.#due(seen) : undefined;
    if (place === undefined || this.#closed) return;
    const step = this.#stepOf(place);
    step.catch(() => undefined);
    this.#ahead = { reader: place.reader, view: this.#scope.digest, step };
  }

  /** Becomes live where every ledger stands at a place that the ring knows. Synchronous: nothing happens between. */
  #enter(): boolean {
    const { tails, ring } = this.shared;
    const joins: [Place, number | undefined][] = [...this.#places.values()].map((place) => [
      place,
      joinOf(place, tails, ring),
    ]);
    let first = ring.sequence;
    let last = 0;
    for (const [, sequence] of joins) {
      if (sequence === undefined) return false;
      first = Math.min(first, sequence);
      last = Math.max(last, sequence);
    }
    for (const [place, sequence] of joins) place.joined = sequence ?? 0;
    this.#pointer = first;
    this.#settled = last;
    return true;
  }

  /** Hears what was written meanwhile, and tries again; who cannot join reads on in the store, now or once something happens. */
  async #pullAndEnter(seen: number): Promise<boolean> {
    const { tails, ring } = this.shared;
    if ([...this.#places.values()].some(({ waits, absent }) => waits === seen && !absent)) return false;
    await tails.pull();
    if (this.#enter()) return true;
    for (const place of this.#places.values()) {
      if (joinOf(place, tails, ring) !== undefined) continue;
      const passed = place.absent || (place.tip !== null && !this.#current(place.reader.ledger, place.tip));
      Object.assign(place, { tip: null, waits: passed ? null : seen });
    }
    return false;
  }
}

/** The sequence up to which a place has everything of its ledger; undefined where the ring does not tell. */
function joinOf({ tip, absent, reader }: Place, tails: Tails, ring: Ring): number | undefined {
  // Who saw blocks of a ledger elsewhere is ahead of others who wait for its first one.
  if (absent)
    return reader.position.block === null && tails.of(reader.ledger) === undefined ? ring.sequence : undefined;
  return tip === null ? undefined : tails.sequenceOf(reader.ledger, tip);
}

/** Why a stream cannot go on, and where it can instead. */
export function broken(
  ledger: LedgerId,
  common: Place['reader']['position'] | null,
  position: StreamPosition,
): StreamBroken {
  if (common === null) {
    const what = `None of the blocks of ${ledger} that the cursor names is on the chain that is indexed`;
    return new StreamBroken('CURSOR_EXPIRED', what, null, { source: ledger });
  }
  const what = `The client saw blocks of ${ledger} that a reorganisation took back and that this index does not have`;
  return new StreamBroken('RESYNC_REQUIRED', what, new Map(position).set(ledger, common), {
    source: ledger,
    expected: `nothing after block ${common.block?.number ?? 'none'} ${common.block?.hash ?? ''}`,
  });
}
