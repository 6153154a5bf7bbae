import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFeed } from '../../../src/feed/index.js';
import type { Feed } from '../../../src/feed/feed.js';
import { rebuildLedger } from '../../../src/ingest/index.js';
import type { DecodedBlock } from '../../../src/model/block.js';
import { ledgerKind, type LedgerId } from '../../../src/model/ids.js';
import { grantScope, type Scope } from '../../../src/model/scope.js';
import { openReader, openStore } from '../../../src/store/index.js';
import type { Store, StoreReader } from '../../../src/store/store.js';
import { makeChain, type ChainPlan } from '../../support/blocks.js';
import { headAt } from '../../support/filledStore.js';
import { ModelLedger } from '../../support/modelLedger.js';

/** One ledger of the world: its chain as it is now, and what of it is final. */
export interface Line {
  readonly plan: ChainPlan;
  chain: readonly DecodedBlock[];
  finalized: number;
}

/** Ledgers in a real store, written by the test, and feeds over readers of their own, as replicas have them. */
export class FeedWorld {
  readonly lines = new Map<LedgerId, Line>();
  readonly #wakes = new Set<() => void>();
  readonly #closers: (() => Promise<void>)[] = [];
  readonly problems: unknown[] = [];
  #branch = 0;

  private constructor(
    readonly store: Store,
    readonly url: string,
  ) {}

  static async open(plans: readonly ChainPlan[]): Promise<FeedWorld> {
    const directory = mkdtempSync(join(tmpdir(), 'feed-'));
    const url = `sqlite:${join(directory, 'index.db')}`;
    const world = new FeedWorld(await openStore(url), url);
    world.#closers.push(() => world.store.close());
    world.#closers.push(() => Promise.resolve(rmSync(directory, { recursive: true, force: true })));
    for (const plan of plans) await world.declare(plan);
    return world;
  }

  get scope(): Scope {
    return grantScope([...this.lines.keys()]);
  }

  async declare(plan: ChainPlan): Promise<void> {
    const { ledger } = plan;
    this.lines.set(ledger, { plan, chain: [], finalized: -1 });
    await this.store.declare({ id: ledger, kind: ledgerKind(ledger), name: ledger, startBlock: 0 });
  }

  line(ledger: LedgerId): Line {
    const line = this.lines.get(ledger);
    if (line === undefined) throw new RangeError(`no ledger ${ledger}`);
    return line;
  }

  /** A feed over a connection of its own, woken by hand. */
  async feed(ringEntries?: number, batch?: number): Promise<Feed & { readonly reader: StoreReader }> {
    const reader = await openReader(this.url);
    const feed = createFeed({
      store: reader,
      scope: () => this.scope,
      watch: (onWake) => {
        this.#wakes.add(onWake);
        return () => void this.#wakes.delete(onWake);
      },
      onProblem: (error) => this.problems.push(error),
      ...(ringEntries === undefined ? {} : { ringEntries }),
      ...(batch === undefined ? {} : { batch }),
    });
    this.#closers.unshift(async () => {
      await feed.close();
      await reader.close();
    });
    return Object.assign(feed, { reader });
  }

  wake(): void {
    for (const one of this.#wakes) one();
  }

  async grow(ledger: LedgerId, blocks: number, finalized?: number): Promise<void> {
    const line = this.line(ledger);
    const on = line.chain.at(-1) ?? null;
    const added = makeChain(line.plan, blocks, { on, branch: `branch ${(this.#branch += 1)}` });
    await this.append(ledger, added, finalized);
  }

  async append(ledger: LedgerId, added: readonly DecodedBlock[], finalized?: number): Promise<void> {
    const line = this.line(ledger);
    const tip = added.at(-1);
    if (tip === undefined) return;
    line.finalized = Math.max(line.finalized, finalized ?? -1);
    await this.store.append(added, finalized === undefined ? null : headAt(tip, line.finalized));
    line.chain = [...line.chain, ...added];
    this.wake();
  }

  /** Takes blocks back; what was taken can come again. */
  async rewind(ledger: LedgerId, depth: number): Promise<readonly DecodedBlock[]> {
    const line = this.line(ledger);
    const kept = line.chain.slice(0, Math.max(0, line.chain.length - depth));
    const taken = line.chain.slice(kept.length);
    const to = kept.at(-1);
    await this.store.rewind(ledger, to === undefined ? null : { number: to.number, hash: to.hash });
    line.chain = kept;
    this.wake();
    return taken;
  }

  async finalize(ledger: LedgerId, finalized: number, keepRetracted = 1000): Promise<void> {
    const line = this.line(ledger);
    const tip = line.chain.at(-1);
    if (tip === undefined) return;
    line.finalized = Math.max(line.finalized, finalized);
    await this.store.notice(ledger, headAt(tip, line.finalized), keepRetracted);
    this.wake();
  }

  async rebuild(ledger: LedgerId): Promise<void> {
    const { plan } = this.line(ledger);
    const model = new ModelLedger({ plan, reorgBound: 1000 }, 0);
    await rebuildLedger({ ledger: model, store: this.store, signal: new AbortController().signal });
    this.wake();
  }

  /** Reads a ledger anew from its first block. */
  async forget(ledger: LedgerId): Promise<void> {
    const line = this.line(ledger);
    await this.store.forgetLedger(ledger);
    Object.assign(line, { chain: [], finalized: -1 });
    this.wake();
  }

  async close(): Promise<void> {
    for (const closer of this.#closers) await closer();
  }
}
