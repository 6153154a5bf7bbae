import { afterEach, describe, expect, test } from '@jest/globals';
import type { StreamPosition } from '../../../src/feed/feed.js';
import type { LedgerId } from '../../../src/model/ids.js';
import { ETHEREUM_LEDGER, FABRIC_LEDGER } from '../../support/blocks.js';
import { ethereumPlan, fabricPlan } from '../../support/filledStore.js';
import { seeded, type Random } from '../../support/random.js';
import { chaincodes } from '../../support/fabricBlocks.js';
import { tokens, TRANSFER } from '../../support/ethereumBlocks.js';
import { Client, type Ask, type Item } from './client.js';
import { truth } from './truth.js';
import { FeedWorld } from './world.js';

const SEEDS = Number(process.env['FEED_SEEDS'] ?? 6);
const FIRST = Number(process.env['FEED_FIRST'] ?? 1);
const ALL = ['APPENDED', 'RETRACTED', 'FINALIZED'] as const;

const WANTED: readonly Ask['wanted'][] = [
  { items: 'blocks', criteria: {} },
  { items: 'blocks', criteria: { ledgers: [ETHEREUM_LEDGER], range: { from: 3, to: null } } },
  { items: 'transactions', criteria: {} },
  { items: 'transactions', criteria: { outcome: 'SUCCEEDED', addresses: tokens.slice(0, 3) } },
  { items: 'transactions', criteria: { chaincodes: chaincodes.slice(0, 1) } },
  { items: 'events', criteria: {} },
  { items: 'events', criteria: { topics: [[TRANSFER]], addresses: tokens.slice(0, 2) } },
  { items: 'memberships', criteria: {} },
];

interface Saved {
  readonly position: StreamPosition | null;
  readonly items: Map<LedgerId, Item[]>;
}

const worlds: FeedWorld[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});

/** Clients whose kinds leave something out can be compared as far as they ask. */
function view(ask: Ask, items: Map<LedgerId, Item[]>): Record<string, readonly string[]> {
  const final = ask.kinds.includes('FINALIZED') || ask.minConfirmation === 'FINAL';
  return Object.fromEntries(
    [...items]
      .filter(([, own]) => own.length > 0)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([ledger, own]) => [ledger, own.map((one) => (final ? `${one.key} ${one.final}` : one.key))]),
  );
}

async function act(world: FeedWorld, random: Random): Promise<void> {
  const ledger = random.pick([ETHEREUM_LEDGER, ETHEREUM_LEDGER, FABRIC_LEDGER]);
  const { chain, finalized } = world.line(ledger);
  const tip = chain.length - 1;
  switch (random.below(ledger === FABRIC_LEDGER ? 2 : 7)) {
    case 0:
    case 1:
      return world.grow(ledger, 1 + random.below(4), ledger === FABRIC_LEDGER ? tip + 10 : undefined);
    case 2:
      return world.grow(ledger, 1 + random.below(4), Math.max(finalized, tip - 6));
    case 3:
      return world.finalize(ledger, Math.max(finalized, tip - random.below(8)));
    case 4: {
      const most = tip - finalized;
      if (most < 1) return;
      await world.rewind(ledger, 1 + random.below(most));
      return world.grow(ledger, 1 + random.below(6));
    }
    case 5: {
      const most = tip - finalized;
      if (most < 1) return;
      const taken = await world.rewind(ledger, 1 + random.below(most));
      if (random.below(2) === 0) {
        await world.grow(ledger, 1 + random.below(3));
        await world.rewind(ledger, world.line(ledger).chain.length - (tip + 1 - taken.length));
      }
      return world.append(ledger, taken);
    }
    default:
      return random.below(3) === 0 ? world.rebuild(ledger) : undefined;
  }
}

describe('what a client has, after applying RETRACTED, equals the canonical chain, in order', () => {
  test.each(Array.from({ length: SEEDS }, (_, at) => FIRST + at))('seed %i', async (seed) => {
    const random = seeded(seed);
    const world = await FeedWorld.open([ethereumPlan, fabricPlan]);
    worlds.push(world);
    await world.grow(ETHEREUM_LEDGER, 5 + random.below(20));
    await world.grow(FABRIC_LEDGER, 42, 100);
    const feeds = [await world.feed(random.pick([4, 16, 4096]), random.pick([1, 2, 5, 500])), await world.feed()];
    const clients = WANTED.flatMap((wanted) => [
      new Client({ wanted, kinds: ALL, minConfirmation: 'CONFIRMED' }, () => world.scope),
      new Client({ wanted, kinds: ALL, minConfirmation: 'FINAL' }, () => world.scope),
    ]);
    const saved = clients.map((): Saved[] => [{ position: new Map(), items: new Map() }]);
    for (const client of clients) client.position = new Map();
    for (let turn = 0; turn < 14; turn += 1) {
      await act(world, random);
      for (const [at, client] of clients.entries()) {
        if (random.below(3) > 0) continue;
        const past = saved[at] ?? [];
        if (random.below(4) === 0) {
          const { position, items } = random.pick(past);
          client.close();
          client.position = position;
          client.items = new Map([...items].map(([ledger, own]) => [ledger, own.map((one) => ({ ...one }))]));
        }
        if (client.stream === null) await client.open(random.pick(feeds));
        await client.drain(random.below(3) === 0 ? 1 + random.below(12) : Infinity);
        past.push({ position: client.position, items: client.snapshot() });
      }
    }
    for (const client of clients) {
      const expected = view(client.ask, truth(world, client.ask));
      if (client.stream === null) await client.open(random.pick(feeds));
      await client.until(() => JSON.stringify(view(client.ask, client.items)) === JSON.stringify(expected));
      expect(view(client.ask, client.items)).toEqual(expected);
      client.close();
    }
    expect(world.problems).toEqual([]);
  });
});
