import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { createFeed } from '../../src/feed/index.js';
import type { Feed } from '../../src/feed/feed.js';
import { rebuildLedger, runIngest } from '../../src/ingest/index.js';
import type { LedgerId } from '../../src/model/ids.js';
import { grantScope } from '../../src/model/scope.js';
import { holdIngest, openReader, openStore, type IngestHold } from '../../src/store/index.js';
import type { Store, StoreReader } from '../../src/store/store.js';
import type { ChainNode } from './chainNode.js';
import type { Door } from './client.js';
import { GatewayFeed } from './gatewayFeed.js';
import { Faults, gated } from './gated.js';
import { Violation } from './holding.js';
import { Actor, type Scheduler } from './scheduler.js';

const WRITES = ['declare', 'append', 'rewind', 'notice', 'clearDerived', 'rederive', 'rewindRebuild', 'finishRebuild'];

export interface SiteOptions {
  readonly name: string;
  /** A fresh store, copied for each run. */
  readonly template: string;
  readonly path: string;
  readonly scheduler: Scheduler;
  readonly nodes: ReadonlyMap<LedgerId, ChainNode>;
  readonly keepRetracted: number;
  readonly ringEntries: number;
  /** Changes of one batch of a stream. */
  readonly batch: number;
  /** Clients come through the gateway's subscriptions; else they read the feed itself. */
  readonly gateway: boolean;
  readonly fail: (violation: Error) => void;
}

/** A process that writes one ledger. */
interface Writer {
  readonly ledger: LedgerId;
  readonly does: 'ingest' | 'rebuild';
  readonly hold: IngestHold;
  /** Another one took its place: it may write nothing any more. */
  overtaken: boolean;
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
  /** Ledgers whose rebuild has not ended. */
  readonly #rebuilding = new Set<LedgerId>();
  readonly #dying = new Map<Actor, number>();
  readonly #declared = new Set<LedgerId>();
  #looker: StoreReader | null = null;
  #count = 0;

  constructor(private readonly options: SiteOptions) {
    this.name = options.name;
    mkdirSync(dirname(options.path));
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
    const before = this.#writers.get(ledger);
    if (before !== undefined) return before.does === 'rebuild';
    const writer = await this.#writer(ledger, 'ingest');
    const { scheduler, keepRetracted } = this.options;
    writer.done = runIngest({
      ledger: this.node(ledger).askedBy((what) => scheduler.turn(writer.actor, what)),
      store: this.#store(writer),
      listener: () => undefined,
      signal: writer.stop.signal,
      keepRetracted,
    }).catch((error: unknown) => this.#stopped(writer, error));
    return true;
  }

  /** The process dies: between two steps, or after so many statements, in the middle of a transaction. */
  async crash(ledger: LedgerId, afterStatements: number | null = null): Promise<void> {
    const writer = this.#writers.get(ledger);
    if (writer === undefined) return;
    if (afterStatements === null) await this.#die(writer);
    else this.#dying.set(writer.actor, afterStatements);
  }

  /** The process is stopped; another one may take its place, whom it must not disturb when it wakes up. */
  async stop(ledger: LedgerId): Promise<void> {
    const writer = this.#writers.get(ledger);
    if (writer === undefined || writer.does === 'rebuild') return;
    writer.actor.state = 'paused';
    this.#writers.delete(ledger);
    this.options.scheduler.say(`${writer.actor.name} is stopped`);
    await writer.hold.release();
    this.#asleep.push(writer);
    await this.ingest(ledger);
  }

  /** Those that were stopped go on. */
  wakeUp(): void {
    for (const { actor } of this.#asleep) if (!actor.dead) actor.state = 'running';
  }

  failSoon(ledger: LedgerId, calls: number, when: 'before' | 'after'): void {
    const writer = this.#writers.get(ledger);
    // A rebuild that fails is begun again by hand.
    if (writer?.does === 'ingest') writer.faults.arm(calls, when);
  }

  /** Derives a ledger again, or goes on with that; whoever wrote it is gone. */
  async rebuild(ledger: LedgerId): Promise<void> {
    if (!this.#declared.has(ledger)) return;
    await this.crash(ledger);
    this.#rebuilding.add(ledger);
    const writer = await this.#writer(ledger, 'rebuild');
    const { scheduler } = this.options;
    const node = this.node(ledger).askedBy((what) => scheduler.turn(writer.actor, what));
    writer.done = rebuildLedger({ ledger: node, store: this.#store(writer), signal: writer.stop.signal })
      .then(async () => {
        this.#rebuilding.delete(ledger);
        await this.#die(writer);
      })
      .catch((error: unknown) => this.#stopped(writer, error));
  }

  /** Whoever ought to write a ledger does; true where somebody had to begin. */
  async work(ledger: LedgerId): Promise<boolean> {
    if (this.#rebuilding.has(ledger) && !this.#writers.has(ledger)) await this.rebuild(ledger);
    return this.ingest(ledger);
  }

  /** Another process that serves from this store. */
  async serve(): Promise<void> {
    const { scheduler, ringEntries, batch, gateway } = this.options;
    const actor = new Actor(`replica ${(this.#count += 1)} of ${this.name}`);
    const faults = new Faults();
    const reader = await openReader(this.url);
    const wakes = new Set<() => void>();
    const own = createFeed({
      store: gated(reader, { scheduler, actor, faults }),
      scope: () => grantScope([...this.options.nodes.keys()]),
      watch: (onWake) => {
        wakes.add(onWake);
        return () => void wakes.delete(onWake);
      },
      onProblem: (error) => scheduler.say(`${actor.name} cannot read: ${String(error)}`),
      ...{ ringEntries, batch },
    });
    const feed = gateway ? new GatewayFeed(own) : own;
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
          // Through the gateway it is not known when a stream was read.
          return gateway ? NaN : site.writes;
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
  async heal(): Promise<void> {
    this.#dying.clear();
    for (const writer of this.#asleep) await this.#die(writer);
    for (const { faults } of [...this.#writers.values(), ...this.replicas]) faults.disarm();
    for (const { actor } of [...this.#writers.values(), ...this.replicas]) actor.pace = 1;
  }

  async close(): Promise<void> {
    for (const writer of [...this.#writers.values(), ...this.#asleep]) await this.#die(writer);
    for (const replica of this.replicas) await this.leave(replica);
    await this.#looker?.close();
    rmSync(dirname(this.options.path), { recursive: true, force: true });
  }

  async #writer(ledger: LedgerId, does: Writer['does']): Promise<Writer> {
    const actor = new Actor(`${does} of ${ledger} ${(this.#count += 1)} of ${this.name}`);
    const store: Store = await openStore(this.url, { onStatement: () => this.#stated(actor, ledger) });
    const hold = await holdIngest(this.url, ledger);
    store.fence(ledger, hold.epoch);
    const rest = { faults: new Faults(), store, stop: new AbortController(), done: Promise.resolve() };
    const writer = { ledger, does, hold, overtaken: false, actor, ...rest };
    for (const other of this.#asleep) if (other.ledger === ledger) other.overtaken = true;
    this.#writers.set(ledger, writer);
    return writer;
  }

  #stated(actor: Actor, ledger: LedgerId): void {
    const left = this.#dying.get(actor);
    if (left === undefined) return;
    this.#dying.set(actor, left - 1);
    const writer = this.#writers.get(ledger);
    if (left === 0 && writer?.actor === actor) void this.#die(writer);
  }

  async #die(writer: Writer): Promise<void> {
    if (writer.actor.dead) return;
    if (this.#writers.get(writer.ledger) === writer) this.#writers.delete(writer.ledger);
    this.options.scheduler.say(`${writer.actor.name} dies`);
    writer.actor.kill();
    await writer.store.close();
    if (!this.#asleep.includes(writer)) await writer.hold.release();
  }

  #store(writer: Writer): Store {
    const { actor, faults, store, ledger } = writer;
    const { scheduler } = this.options;
    const done = (method: string): void => {
      if (method === 'declare') this.#declared.add(ledger);
      if (!WRITES.includes(method)) return;
      if (writer.overtaken)
        this.options.fail(new Violation(`${actor.name} wrote (${method}) after another process took over`));
      this.#wrote();
    };
    return gated(store, { scheduler, actor, faults, done });
  }

  #wrote(): void {
    this.writes += 1;
    for (const { actor, wake } of this.replicas) void this.options.scheduler.turn(actor, 'is woken').then(wake);
  }

  #stopped(writer: Writer, error: unknown): void {
    if (writer.actor.dead || writer.overtaken) return;
    this.options.fail(new Violation(`${writer.actor.name} stopped: ${String(error)}`, { cause: error }));
  }

  async #knows(ledger: LedgerId, hash: string): Promise<boolean> {
    this.#looker ??= await openReader(this.url);
    const branch = await this.#looker.branch(grantScope([ledger]), ledger, hash, 10_000);
    return branch.at(-1)?.canonical ?? false;
  }
}
