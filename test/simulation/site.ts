import { copyFileSync, rmSync } from 'node:fs';
import { createFeed } from '../../src/feed/index.js';
import type { Feed } from '../../src/feed/feed.js';
import { rebuildLedger, runIngest } from '../../src/ingest/index.js';
import type { LedgerId } from '../../src/model/ids.js';
import { grantScope } from '../../src/model/scope.js';
import { openReader, openStore } from '../../src/store/index.js';
import type { Store, StoreReader } from '../../src/store/store.js';
import type { ChainNode } from './chainNode.js';
import type { Door } from './client.js';
import { Faults, gated } from './gated.js';
import { Violation } from './holding.js';
import { Actor, type Scheduler } from './scheduler.js';

const WRITES = ['append', 'rewind', 'notice', 'clearDerived', 'rederive', 'rewindRebuild', 'finishRebuild', 'declare'];

export interface SiteOptions {
  readonly name: string;
  /** A fresh store, copied for each run. */
  readonly template: string;
  readonly path: string;
  readonly scheduler: Scheduler;
  readonly nodes: ReadonlyMap<LedgerId, ChainNode>;
  readonly keepRetracted: number;
  readonly ringEntries: number;
  readonly fail: (violation: Error) => void;
}

/** A process that writes one ledger. */
interface Writer {
  readonly actor: Actor;
  readonly faults: Faults;
  readonly store: Store;
  readonly stop: AbortController;
  done: Promise<void>;
}

interface Replica extends Door {
  readonly actor: Actor;
  readonly faults: Faults;
  readonly reader: StoreReader;
  /** Tells the feed that something may have been written. */
  wake(): void;
}

/** One index: a store, the processes that write its ledgers, and the replicas that serve from it. */
export class Site {
  readonly name: string;
  writes = 0;
  replicas: readonly Replica[] = [];
  /** Writers that were taken for dead and may wake up. */
  readonly #asleep: Writer[] = [];
  readonly #writers = new Map<LedgerId, Writer>();
  readonly #busy = new Set<LedgerId>();
  readonly #declared = new Set<LedgerId>();
  #looker: StoreReader | null = null;
  #count = 0;

  constructor(private readonly options: SiteOptions) {
    this.name = options.name;
    copyFileSync(options.template, options.path);
  }

  get url(): string {
    return `sqlite:${this.options.path}`;
  }

  node(ledger: LedgerId): ChainNode {
    const node = this.options.nodes.get(ledger);
    if (node === undefined) throw new Error(`${this.name} reads no ${ledger}`);
    return node;
  }

  /** Begins to write a ledger; false where somebody does. */
  async ingest(ledger: LedgerId): Promise<boolean> {
    if (this.#writers.has(ledger)) return false;
    if (this.#busy.has(ledger)) return true;
    const writer = await this.#writer(`ingest of ${ledger}`);
    this.#writers.set(ledger, writer);
    const { scheduler, keepRetracted } = this.options;
    writer.done = runIngest({
      ledger: this.node(ledger).askedBy((what) => scheduler.turn(writer.actor, what)),
      store: this.#store(writer, ledger),
      listener: () => undefined,
      signal: writer.stop.signal,
      keepRetracted,
    }).catch((error: unknown) => this.#stopped(writer, error));
    return true;
  }

  ingesting(ledger: LedgerId): boolean {
    return this.#writers.has(ledger);
  }

  get busy(): boolean {
    return this.#busy.size > 0;
  }

  /** The process dies now: between two steps. */
  async crash(ledger: LedgerId): Promise<void> {
    const writer = this.#writers.get(ledger);
    if (writer === undefined) return;
    this.#writers.delete(ledger);
    this.options.scheduler.say(`${writer.actor.name} dies`);
    writer.actor.kill();
    await writer.store.close();
  }

  failSoon(ledger: LedgerId, calls: number, when: 'before' | 'after'): void {
    this.#writers.get(ledger)?.faults.arm(calls, when);
  }

  /** Derives a ledger again; whoever wrote it is gone. */
  async rebuild(ledger: LedgerId): Promise<void> {
    if (this.#busy.has(ledger) || !this.#declared.has(ledger)) return;
    await this.crash(ledger);
    this.#busy.add(ledger);
    const writer = await this.#writer(`rebuild of ${ledger}`);
    const { scheduler } = this.options;
    const node = this.node(ledger).askedBy((what) => scheduler.turn(writer.actor, what));
    writer.done = rebuildLedger({ ledger: node, store: this.#store(writer, ledger), signal: writer.stop.signal })
      .then(() => writer.store.close())
      .catch((error: unknown) => this.options.fail(new Violation('A rebuild failed', { cause: error })))
      .finally(() => this.#busy.delete(ledger));
  }

  /** Another process that serves from this store. */
  async serve(): Promise<void> {
    const { scheduler, ringEntries } = this.options;
    const actor = new Actor(`replica ${(this.#count += 1)} of ${this.name}`);
    const faults = new Faults();
    const reader = await openReader(this.url);
    const wakes = new Set<() => void>();
    const feed = createFeed({
      store: gated(reader, { scheduler, actor, faults }),
      scope: () => grantScope([...this.options.nodes.keys()]),
      watch: (onWake) => {
        wakes.add(onWake);
        return () => void wakes.delete(onWake);
      },
      onProblem: (error) => scheduler.say(`${actor.name} cannot read: ${String(error)}`),
      ringEntries,
    });
    const wake = (): void => {
      for (const one of wakes) one();
    };
    // eslint-disable-next-line @typescript-eslint/no-this-alias -- a getter of the replica reads the site's count.
    const site = this;
    this.replicas = [
      ...this.replicas,
      {
        ...{ actor, faults, reader, feed, wake, name: actor.name, knows: (ledger, hash) => this.#knows(ledger, hash) },
        get writes() {
          return site.writes;
        },
      },
    ];
  }

  /** A replica's process dies. */
  async leave(replica: Replica): Promise<Feed> {
    this.replicas = this.replicas.filter((one) => one !== replica);
    this.options.scheduler.say(`${replica.name} dies`);
    replica.actor.kill();
    await replica.reader.close();
    return replica.feed;
  }

  /** Nothing goes wrong from here on. */
  heal(): void {
    for (const { faults } of [...this.#writers.values(), ...this.replicas]) faults.disarm();
    for (const { actor } of [...this.#writers.values(), ...this.replicas]) actor.pace = 1;
  }

  async close(): Promise<void> {
    for (const { actor, store } of [...this.#writers.values(), ...this.#asleep]) {
      actor.kill();
      await store.close();
    }
    for (const replica of this.replicas) await this.leave(replica);
    await this.#looker?.close();
  }

  remove(): void {
    for (const end of ['', '-wal', '-shm']) rmSync(`${this.options.path}${end}`, { force: true });
  }

  async #writer(what: string): Promise<Writer> {
    const store = await openStore(this.url);
    const actor = new Actor(`${what} ${(this.#count += 1)} of ${this.name}`);
    return { actor, faults: new Faults(), store, stop: new AbortController(), done: Promise.resolve() };
  }

  #store({ actor, faults, store }: Writer, ledger: LedgerId): Store {
    const { scheduler } = this.options;
    const done = (method: string): void => {
      if (method === 'declare') this.#declared.add(ledger);
      if (WRITES.includes(method)) this.#wrote();
    };
    return gated(store, { scheduler, actor, faults, done });
  }

  #wrote(): void {
    this.writes += 1;
    for (const { actor, wake } of this.replicas) void this.options.scheduler.turn(actor, 'is woken').then(wake);
  }

  #stopped(writer: Writer, error: unknown): void {
    if (writer.actor.dead) return;
    this.options.fail(new Violation(`${writer.actor.name} stopped: ${String(error)}`, { cause: error }));
  }

  async #knows(ledger: LedgerId, hash: string): Promise<boolean> {
    this.#looker ??= await openReader(this.url);
    const branch = await this.#looker.branch(grantScope([ledger]), ledger, hash, 10_000);
    return branch.at(-1)?.canonical ?? false;
  }
}
