import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LedgerId } from '../../src/model/ids.js';
import { openStore } from '../../src/store/index.js';
import { packStream, unpackStream } from '../../src/subgraphs/streamPacking.js';
import { ETHEREUM_LEDGER, FABRIC_LEDGER } from '../support/blocks.js';
import { OTHER_LEDGER } from '../support/filledStore.js';
import { seeded, type Random } from '../support/random.js';
import { ChainNode } from './chainNode.js';
import { ChainTree } from './chains.js';
import { Client } from './client.js';
import { Violation, type Asked } from './holding.js';
import { makeWant, type StreamItems } from './items.js';
import { opsOf, type Op } from './ops.js';
import { Scheduler } from './scheduler.js';
import { Site } from './site.js';
import { VirtualTime } from './virtualTime.js';

export interface RunResult {
  readonly seed: number;
  /** Null: all was well. */
  readonly violation: string | null;
  /** The last steps before it. */
  readonly trail: readonly string[];
  /** What the run met: steps, messages, ends of streams by code. */
  readonly met: Readonly<Record<string, number>>;
}

/** So long, in virtual time, everything may take to be quiet again. */
const QUIET_MS = 120_000;
/** So long nothing more may come afterwards. */
const STILL_MS = 3_000;
const MOST_STEPS = 200_000;

/** One seeded world: ledgers, indexes with their processes, and clients. */
export class World {
  readonly random: Random;
  readonly scheduler: Scheduler;
  readonly time: VirtualTime;
  readonly trees: ReadonlyMap<LedgerId, ChainTree>;
  readonly sites: readonly Site[];
  readonly clients: Client[] = [];
  #violation: Error | null = null;

  constructor(
    readonly seed: number,
    private readonly directory: string,
    template: string,
  ) {
    this.random = seeded(seed);
    const { random } = this;
    this.scheduler = new Scheduler(seeded(seed + 0x5eed));
    this.time = new VirtualTime(seeded(seed + 0x71e));
    const ledgers = random.pick(LEDGERS);
    const transactions = random.below(3);
    this.trees = new Map(
      ledgers.map((ledger, at) => [ledger, new ChainTree({ ledger, seed: seed * 8 + at, transactions })]),
    );
    const keepRetracted = random.pick([0, 2, 6, 300, 300]);
    const ringEntries = random.pick([4, 16, 4096, 4096]);
    const batch = random.pick([1, 3, 500, 500]);
    const gateway = random.below(2) === 0;
    this.sites = Array.from({ length: random.below(3) === 0 ? 2 : 1 }, (_, at) => {
      const never = (): Promise<void> => new Promise(() => undefined);
      const nodes = new Map([...this.trees].map(([id, tree]) => [id, new ChainNode(tree, never)]));
      const name = `index ${at + 1}`;
      return new Site({
        ...{ name, template, path: join(directory, `${seed}-${at}`, 'index.db'), scheduler: this.scheduler },
        ...{ nodes, keepRetracted, ringEntries, batch, gateway, fail: (error) => this.fail(error) },
      });
    });
  }

  fail(error: Error): void {
    this.#violation ??= error;
  }

  get ledgers(): readonly LedgerId[] {
    return [...this.trees.keys()];
  }

  tree(ledger: LedgerId): ChainTree {
    const tree = this.trees.get(ledger);
    if (tree === undefined) throw new Error(`No ${ledger} in this world`);
    return tree;
  }

  /** A client of the seed's choice joins. */
  join(): void {
    const { random, scheduler, trees } = this;
    const items = random.pick<StreamItems>(['blocks', 'blocks', 'transactions', 'events']);
    const some = random.below(4) === 0 ? [random.pick(this.ledgers)] : null;
    const visible = new Set(random.below(5) === 0 ? this.ledgers.slice(0, -1) : this.ledgers);
    const client = new Client({
      name: `client ${this.clients.length + 1}`,
      want: makeWant(random, items, some),
      asked: random.pick(ASKED),
      ...{ visible, trees, scheduler, random, carried },
      fromStart: random.below(2) === 0,
      doors: () => this.sites.flatMap(({ replicas }) => replicas),
    });
    client.actor.pace = random.pick([1, 1, 1, 0.05]);
    this.clients.push(client);
    scheduler.say(`${client.actor.name} joins: ${items} ${JSON.stringify(client.asked)}`);
    client.run().catch((error: unknown) => this.fail(error as Error));
  }

  /** A ledger comes into every client's sight. */
  reveal(): void {
    for (const client of this.clients) client.reveal(this.ledgers);
  }

  async run(): Promise<void> {
    const { random } = this;
    for (const site of this.sites) for (let more = random.below(2); more >= 0; more -= 1) await site.serve();
    for (let clients = 1 + random.below(3); clients > 0; clients -= 1) this.join();
    const ops = opsOf(this);
    for (let left = 15 + random.below(40); left > 0; left -= 1) {
      await this.#one(ops);
      for (let steps = random.below(random.pick([4, 30, 120])); steps > 0; steps -= 1) await this.#step();
    }
    await this.#settle();
  }

  async #one(ops: readonly Op[]): Promise<void> {
    let left = this.random.next() * ops.reduce((sum, { weight }) => sum + weight, 0);
    const op = ops.find(({ weight }) => (left -= weight) < 0);
    this.scheduler.say(`── ${op?.name ?? ''}`);
    await op?.run();
    this.#check();
  }

  async #step(): Promise<boolean> {
    if (this.scheduler.steps > MOST_STEPS) throw new Violation('Too many steps');
    await this.#runDue();
    const went = await this.scheduler.step();
    this.#check();
    return went || (await this.time.advance(1_000));
  }

  #check(): void {
    if (this.#violation !== null) throw this.#violation;
  }

  /** Nothing goes wrong any more: everybody ends with what is true, and nothing more comes. */
  async #settle(): Promise<void> {
    this.scheduler.say('══ nothing goes wrong any more');
    this.reveal();
    for (const site of this.sites) await site.heal();
    for (const client of this.clients) client.actor.pace = 1;
    // Streams look at what their callers see once a second, where something happens.
    await this.#everybodyWorks();
    await this.#idle();
    await this.time.pass(1_500);
    for (const ledger of this.ledgers) this.#agree(ledger);
    const until = this.time.nowMs + QUIET_MS;
    for (;;) {
      const began = await this.#everybodyWorks();
      await this.#idle();
      const wrong = this.#wrong();
      if (wrong === null && !began) break;
      if (this.time.nowMs > until) throw new Violation(wrong ?? 'Nothing comes to rest');
      if (!(await this.time.advance(QUIET_MS)) && !began) throw new Violation(wrong ?? 'Nothing moves');
    }
    const still = this.time.nowMs + STILL_MS;
    while (this.time.nowMs < still && (await this.time.advance(still - this.time.nowMs))) await this.#idle();
    const wrong = this.#wrong();
    if (wrong !== null) throw new Violation(`After all was quiet: ${wrong}`);
  }

  /** True where somebody had to begin. */
  async #everybodyWorks(): Promise<boolean> {
    let began = false;
    for (const site of this.sites) {
      if (site.replicas.length === 0) await site.serve();
      for (const ledger of this.ledgers) if (await site.work(ledger)) began = true;
    }
    return began;
  }

  /** All nodes of a ledger show one chain, longer than any that was shown. */
  #agree(ledger: LedgerId): void {
    const tree = this.tree(ledger);
    const nodes = this.sites.map((site) => site.node(ledger));
    const longest = Math.max(...nodes.map(({ chain }) => chain.length));
    const fabric = nodes[0]?.kind === 'fabric';
    const base = fabric ? tree.chainTo(tree.final) : this.random.pick(nodes).chain;
    const chain = [...base, ...tree.grow(base.at(-1) ?? null, longest - base.length + 1 + this.random.below(3))];
    if (fabric) tree.final = chain.at(-1) ?? null;
    else if (this.random.below(2) === 0) tree.final = chain.at(-2) ?? tree.final;
    for (const node of nodes) {
      node.setDown(false);
      node.show(chain);
    }
  }

  /** What asked for the next turn of the event loop gets it. */
  async #runDue(): Promise<boolean> {
    let ran = false;
    for (let left = 1000; left > 0 && (await this.time.runDue()); left -= 1) ran = true;
    return ran;
  }

  async #idle(): Promise<void> {
    while ((await this.scheduler.step()) || (await this.#runDue())) {
      if (this.scheduler.steps > MOST_STEPS) throw new Violation('Too many steps');
      this.#check();
    }
    this.#check();
  }

  #wrong(): string | null {
    for (const ledger of this.ledgers) {
      const { tip, finalized } = this.sites[0]?.node(ledger) ?? { tip: null, finalized: -1 };
      for (const client of this.clients) {
        const wrong = client.wrong(ledger, tip, finalized);
        if (wrong !== null) return `${client.standing}; of ${ledger} it ${wrong}`;
      }
    }
    return null;
  }

  met(): Readonly<Record<string, number>> {
    const met: Record<string, number> = { steps: this.scheduler.steps, messages: 0 };
    for (const { messages, met: own } of this.clients) {
      met.messages = (met.messages ?? 0) + messages;
      for (const [code, times] of own) met[code] = (met[code] ?? 0) + times;
    }
    return met;
  }

  async close(): Promise<void> {
    for (const client of this.clients) client.actor.kill();
    for (const site of this.sites) await site.close();
  }
}

const LEDGERS: readonly (readonly LedgerId[])[] = [
  [ETHEREUM_LEDGER],
  [ETHEREUM_LEDGER, OTHER_LEDGER],
  [ETHEREUM_LEDGER, FABRIC_LEDGER],
  [FABRIC_LEDGER, ETHEREUM_LEDGER, OTHER_LEDGER],
];

const ALL = ['APPENDED', 'RETRACTED', 'FINALIZED'] as const;
const ASKED: readonly Asked[] = [
  { minConfirmation: 'CONFIRMED', kinds: ALL },
  { minConfirmation: 'CONFIRMED', kinds: ALL },
  { minConfirmation: 'CONFIRMED', kinds: ['APPENDED', 'RETRACTED'] },
  { minConfirmation: 'CONFIRMED', kinds: ['APPENDED', 'RETRACTED'] },
  { minConfirmation: 'FINAL', kinds: ALL },
  { minConfirmation: 'FINAL', kinds: ['APPENDED', 'RETRACTED'] },
  { minConfirmation: 'CONFIRMED', kinds: ['APPENDED'] },
  { minConfirmation: 'CONFIRMED', kinds: ['FINALIZED'] },
];

/** Through the bytes of a cursor. */
function carried(position: Parameters<typeof packStream>[0]['position']): Parameters<typeof packStream>[0]['position'] {
  const bytes = packStream({ position, rest: Buffer.alloc(0) }, 6_000);
  const unpacked = bytes === undefined ? undefined : unpackStream(bytes);
  if (unpacked === undefined) throw new Violation('A position does not fit into a cursor');
  return unpacked.position;
}

/** A directory of stores for many runs. */
export interface Ground {
  run(seed: number): Promise<RunResult>;
  close(): void;
}

export async function ground(): Promise<Ground> {
  const directory = mkdtempSync(join(tmpdir(), 'simulation-'));
  const template = join(directory, 'template.db');
  await (await openStore(`sqlite:${template}`)).close();
  return {
    run: (seed) => runOne(seed, directory, template),
    close: () => rmSync(directory, { recursive: true, force: true }),
  };
}

async function runOne(seed: number, directory: string, template: string): Promise<RunResult> {
  const world = new World(seed, directory, template);
  world.time.install();
  let violation: string | null = null;
  try {
    await world.run();
  } catch (error) {
    violation = error instanceof Error ? textOfError(error) : String(error);
  } finally {
    await world.close();
    world.time.restore();
  }
  return { seed, violation, trail: world.scheduler.trail, met: world.met() };
}

const textOfError = (error: Error): string =>
  `${error instanceof Violation ? error.message : (error.stack ?? error.message)}${error.cause instanceof Error ? `\n  ${error.cause.stack ?? ''}` : ''}`;
