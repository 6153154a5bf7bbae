import type {
  ChangeKind,
  Feed,
  FeedChange,
  FeedStream,
  Pace,
  RowOf,
  StreamPosition,
  Wanted,
} from '../../../src/feed/feed.js';
import type { Scope } from '../../../src/model/scope.js';
import type { LedgerId } from '../../../src/model/ids.js';
import { indexOf, type AnyRow } from '../../../src/feed/items.js';

export interface Ask {
  readonly wanted: Wanted;
  readonly kinds: readonly ChangeKind[];
  readonly minConfirmation: 'CONFIRMED' | 'FINAL';
}
export interface Item {
  readonly key: string;
  readonly number: number;
  readonly index: number;
  final: boolean;
}

/** The pace of a reader who is alone: the store reads ahead for it. */
const ALONE: Pace = { isCrowded: false, begin: () => Promise.resolve(), rest: () => undefined };

/** What a client keeps that applies every change: items, and for each change it ever saw the cursor with what it had then. */
export class Client {
  items = new Map<LedgerId, Item[]>();
  position: StreamPosition | null = null;
  /** Kinds in the order in which they came. */
  readonly log: string[] = [];
  stream: FeedStream<AnyRow> | null = null;

  constructor(
    readonly ask: Ask,
    private readonly scope: () => Scope,
  ) {}

  async open(feed: Feed, after: StreamPosition | null = this.position): Promise<void> {
    this.stream = (await feed.open({ ...this.ask, scope: this.scope, after })) as FeedStream<AnyRow>;
  }

  close(): void {
    this.stream?.close();
    this.stream = null;
  }

  /** Reads until nothing more comes for a moment, or so many changes came. */
  async drain(most = Infinity): Promise<void> {
    const { stream } = this;
    if (stream === null) throw new RangeError('not open');
    for (let left = most; left > 0;) {
      const quiet = AbortSignal.timeout(20);
      const batch = await stream.next(quiet, ALONE).catch((error: unknown) => {
        if (quiet.aborted && error === quiet.reason) return null;
        throw error;
      });
      if (batch === null) return;
      const taken = batch.changes.slice(0, left);
      for (const change of taken) this.apply(change);
      left -= batch.changes.length;
      if (taken.length === batch.changes.length) this.position = stream.position;
    }
    // Changes of the last batch are lost with the stream: the client has its cursor.
    this.close();
  }

  /** Reads until it has what is expected; what it has after a minute otherwise. */
  async until(done: () => boolean): Promise<void> {
    const end = performance.now() + 60_000;
    while (!done() && performance.now() < end) await this.drain();
  }

  apply(change: FeedChange<RowOf[Wanted['items']]>): void {
    const { ledger, kind, block } = change;
    const own = this.items.get(ledger) ?? [];
    this.items.set(ledger, own);
    const index = indexOf(this.ask.wanted.items, change.row);
    const key = `${block.number} ${block.hash} ${index}`;
    this.log.push(`${kind} ${change.confirmation} ${key}`);
    this.position = change.position;
    switch (kind) {
      case 'APPENDED': {
        const last = own.at(-1);
        if (last !== undefined && (block.number - last.number || index - last.index) <= 0) {
          throw new Error(`APPENDED ${key} after ${last.key}`);
        }
        own.push({ key, number: block.number, index, final: change.confirmation === 'FINAL' });
        return;
      }
      case 'RETRACTED': {
        const last = own.pop();
        if (last?.key !== key) throw new Error(`RETRACTED ${key} where ${last?.key ?? 'nothing'} is the newest`);
        return;
      }
      case 'FINALIZED': {
        const open = own.find(({ final }) => !final);
        if (open?.key !== key) throw new Error(`FINALIZED ${key} where ${open?.key ?? 'nothing'} is next`);
        open.final = true;
        return;
      }
    }
  }

  snapshot(): Map<LedgerId, Item[]> {
    return new Map([...this.items].map(([ledger, items]) => [ledger, items.map((one) => ({ ...one }))]));
  }
}
