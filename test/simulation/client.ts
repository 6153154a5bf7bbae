import { ParleyError } from '../../src/errors/index.js';
import {
  StreamBroken,
  type Feed,
  type FeedChange,
  type FeedStream,
  type LedgerPosition,
  type RowOf,
  type StreamPosition,
} from '../../src/feed/feed.js';
import type { LedgerId } from '../../src/model/ids.js';
import { grantScope } from '../../src/model/scope.js';
import type { Random } from '../support/random.js';
import type { ChainTree } from './chains.js';
import { Holding, Violation, type Asked, type Held } from './holding.js';
import { itemOfChange, textOf, type StreamItems, type Want } from './items.js';
import { Actor, type Scheduler } from './scheduler.js';

/** Where a client may connect. */
export interface Door {
  readonly name: string;
  readonly feed: Feed;
  /** Counts what was written into the index behind it. */
  readonly writes: number;
  /** True where the index knows the branch from that block down to its own chain. */
  knows(ledger: LedgerId, hash: string): Promise<boolean>;
}

export interface ClientOptions {
  readonly name: string;
  readonly want: Want;
  readonly asked: Asked;
  /** Ledgers that it may see; grows. */
  readonly visible: Set<LedgerId>;
  /** From the first block of everything; else live from now. */
  readonly fromStart: boolean;
  readonly trees: ReadonlyMap<LedgerId, ChainTree>;
  readonly doors: () => readonly Door[];
  readonly scheduler: Scheduler;
  readonly random: Random;
  /** A position as a cursor carries it. */
  readonly carried: (position: StreamPosition) => StreamPosition;
}

/** Where a stream stood that ended. */
interface Standing {
  readonly writes: number;
  /** Absent where it did not open. */
  readonly position: StreamPosition | undefined;
}

interface Checkpoint {
  readonly position: StreamPosition;
  readonly held: ReadonlyMap<LedgerId, Held>;
}

const NOTHING: LedgerPosition = { block: null, through: null, final: -1, finalThrough: 0, recent: [] };
const CHECKPOINTS = 6;

/**
 * A client that believes no stream: it keeps what it was told, checks each message against what it has, goes away, and comes back
 * with the cursor of any message it ever kept, to any replica.
 */
export class Client {
  readonly actor: Actor;
  /** Messages by kind and ends of streams by code, for what a run is to have met. */
  readonly met = new Map<string, number>();
  messages = 0;
  #now: Checkpoint | null;
  #kept: Checkpoint[] = [];
  #session: AbortController | null = null;
  #door: Door | null = null;
  readonly #holdings: ReadonlyMap<LedgerId, Holding>;

  constructor(private readonly options: ClientOptions) {
    this.actor = new Actor(options.name);
    this.#holdings = new Map(
      [...options.trees].map(([ledger, tree]) => [ledger, new Holding(tree, options.want, options.asked)]),
    );
    this.#now = options.fromStart ? { position: new Map(), held: new Map() } : null;
  }

  /** Lives until the run ends; rejects with a Violation. */
  async run(): Promise<void> {
    const { scheduler } = this.options;
    for (;;) {
      await scheduler.turn(this.actor, 'connects');
      const door = this.#choose();
      if (door === null) continue;
      await this.#stay(door);
    }
  }

  /** Leaves, to come back with the newest cursor or an older one. */
  vanish(): void {
    if (this.#session === null) return;
    this.#session.abort();
    const back = this.options.random.below(3) === 0 ? undefined : this.options.random.pick([...this.#kept, null]);
    if (back != null) this.#now = back;
    this.options.scheduler.say(
      `${this.actor.name} vanishes, and keeps ${back == null ? 'its newest cursor' : 'an older one'}`,
    );
  }

  /** Leaves where the replica that it is connected to is gone. */
  left(feed: Feed): void {
    if (this.#door?.feed === feed) this.vanish();
  }

  get asked(): Asked {
    return this.options.asked;
  }

  /** More comes into its sight. */
  reveal(ledgers: readonly LedgerId[]): void {
    for (const ledger of ledgers) this.options.visible.add(ledger);
  }

  /** What it lacks or has too much; null where it has what it ought to have. */
  wrong(ledger: LedgerId, tip: ChainTree['final'], finalized: number): string | null {
    if (!this.options.visible.has(ledger)) return null;
    const holding = this.#holdings.get(ledger);
    if (holding === undefined) return null;
    const { have, final } = holding.wanted(tip, finalized);
    const held = this.#now?.held.get(ledger) ?? { have: [], final: [] };
    return (
      differs('has', holding.kept(held, tip), have) ??
      (final === null ? null : differs('knows as final', held.final, final))
    );
  }

  get standing(): string {
    const text = [...(this.#now?.position ?? [])].map(
      ([ledger, { block, through, final }]) => `${ledger} ${block?.number ?? '-'}/${through ?? 'all'} final ${final}`,
    );
    return `${this.actor.name} at ${this.#door?.name ?? 'nobody'}: ${text.join(', ')}`;
  }

  #choose(): Door | null {
    const doors = this.options.doors();
    return doors.length === 0 ? null : this.options.random.pick(doors);
  }

  async #stay(door: Door): Promise<void> {
    const session = new AbortController();
    [this.#session, this.#door] = [session, door];
    let stream: FeedStream<RowOf[StreamItems]> | null = null;
    let writes = door.writes;
    try {
      stream = await orGone(session.signal, this.#open(door, session.signal), (late) => late.close());
      while (!session.signal.aborted) {
        await this.options.scheduler.turn(this.actor, 'reads on');
        if (session.signal.aborted) break;
        writes = door.writes;
        const { changes } = await orGone(session.signal, stream.next(session.signal));
        if (session.signal.aborted) break;
        for (const change of changes) this.#take(change);
        this.#move(stream.position);
      }
    } catch (error) {
      if (!session.signal.aborted) await this.#failed(door, error, { writes, position: stream?.position });
    } finally {
      this.#session = null;
      stream?.close();
    }
  }

  async #open(door: Door, signal: AbortSignal): Promise<FeedStream<RowOf[StreamItems]>> {
    const { want, asked, visible, carried } = this.options;
    const stream = await door.feed.open({
      ...asked,
      scope: () => grantScope([...visible]),
      wanted: want.wanted,
      after: this.#now === null ? null : carried(this.#now.position),
    });
    // Whoever left while it was opened is not told where it stands.
    if (this.#now === null && !signal.aborted) this.#begin(stream.position);
    return stream;
  }

  /** Live from now: what came before is what a page would have shown. */
  #begin(position: StreamPosition): void {
    const held = new Map<LedgerId, Held>();
    for (const [ledger, at] of position) {
      const holding = this.#holdings.get(ledger);
      if (holding !== undefined) held.set(ledger, holding.at(at));
    }
    this.#now = { position, held };
  }

  #take(change: FeedChange<RowOf[StreamItems]>): void {
    const { want, random, scheduler } = this.options;
    const holding = this.#holdings.get(change.ledger);
    if (holding === undefined || this.#now === null)
      throw new Violation(`A change of ${change.ledger}, which is unknown`);
    const item = itemOfChange(want.wanted.items, change);
    const before = this.#now.held.get(change.ledger) ?? { have: [], final: [] };
    scheduler.say(`${this.actor.name} is told ${change.kind} ${change.confirmation} ${change.ledger} ${textOf(item)}`);
    const after = holding.apply(before, { kind: change.kind, confirmation: change.confirmation, item });
    this.messages += 1;
    this.met.set(change.kind, (this.met.get(change.kind) ?? 0) + 1);
    this.#now = { position: change.position, held: new Map(this.#now.held).set(change.ledger, after) };
    if (random.below(4) === 0) this.#keep();
  }

  #move(position: StreamPosition): void {
    if (this.#now !== null) this.#now = { ...this.#now, position };
    if (this.options.random.below(10) === 0) this.#keep();
  }

  #keep(): void {
    if (this.#now === null) return;
    if (this.#kept.length < CHECKPOINTS) this.#kept.push(this.#now);
    else this.#kept[this.options.random.below(CHECKPOINTS)] = this.#now;
  }

  async #failed(door: Door, error: unknown, at: Standing): Promise<void> {
    if (!(error instanceof ParleyError)) throw error;
    const { code } = error;
    this.options.scheduler.say(`${this.actor.name} is told ${code}`);
    this.met.set(code, (this.met.get(code) ?? 0) + 1);
    if (error instanceof StreamBroken) await this.#resync(door, error, at);
    else if (!error.retryable) throw new Violation(`The stream ended with ${code}: ${error.message}`, { cause: error });
  }

  /** Goes back to the last common block, as the error says; where there is none, begins anew. */
  async #resync(door: Door, { code, position }: StreamBroken, at: Standing): Promise<void> {
    if (this.#now === null) throw new Violation(`${code} for a client that came without a cursor`);
    const before = at.position ?? this.#now.position;
    await this.#mayBeLost(door, code, before, at.writes);
    if ((code === 'CURSOR_EXPIRED') !== (position === null))
      throw new Violation(`${code} with ${position === null ? 'no' : 'a'} cursor`);
    const held = new Map<LedgerId, Held>();
    for (const [ledger, common] of position ?? []) {
      // Through the gateway a stream may have passed more than its client was told of.
      if (!Number.isNaN(door.writes)) this.#mayBeCommon(ledger, before.get(ledger) ?? NOTHING, common);
      const holding = this.#holdings.get(ledger);
      if (holding === undefined) continue;
      held.set(ledger, holding.backAt(this.#now.held.get(ledger) ?? { have: [], final: [] }, common));
    }
    this.#now = { position: position ?? new Map(), held };
  }

  /** Only an index that does not know what the client saw may send it back. */
  async #mayBeLost(door: Door, code: string, position: StreamPosition, writes: number): Promise<void> {
    // What was written meanwhile may be what it did not know.
    if (door.writes !== writes) return;
    for (const [ledger, { block }] of position) if (block !== null && !(await door.knows(ledger, block.hash))) return;
    throw new Violation(`${code}, though ${door.name} knows every block of ${this.standing}`);
  }

  #mayBeCommon(ledger: LedgerId, from: LedgerPosition, { block, final }: LedgerPosition): void {
    const tree = this.options.trees.get(ledger);
    if (tree === undefined || block === null) return;
    if (from.block === null || !tree.leadsTo(block.hash, tree.block(from.block.hash)))
      throw new Violation(`RESYNC_REQUIRED names block ${block.number} of ${ledger}, which the client never had`);
    if (final > from.final)
      throw new Violation(`RESYNC_REQUIRED says that ${final} of ${ledger} is final; the client knew ${from.final}`);
  }
}

/** The answer, or the signal's reason where the client left first: who serves it may never answer. */
function orGone<T>(signal: AbortSignal, answer: Promise<T>, late?: (value: T) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const gone = (): void => {
      reject(signal.reason as Error);
      if (late !== undefined) answer.then(late, () => undefined);
    };
    if (signal.aborted) return gone();
    signal.addEventListener('abort', gone, { once: true });
    answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', gone));
  });
}

function differs(
  verb: string,
  got: readonly Parameters<typeof textOf>[0][],
  expected: readonly Parameters<typeof textOf>[0][],
): string | null {
  const length = Math.max(got.length, expected.length);
  for (let at = 0; at < length; at += 1) {
    const [a, b] = [textOf(got[at]), textOf(expected[at])];
    if (a !== b) return `${verb} ${a} where it ought to be ${b} (${at} of ${expected.length})`;
  }
  return null;
}
