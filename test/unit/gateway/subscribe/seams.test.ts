import { describe, expect, test } from '@jest/globals';
import { ParleyError } from '../../../../src/errors/index.js';
import { random, until, world, type Client } from './log.js';

interface Joined {
  readonly client: Client;
  /** The first item that it must have; null: whichever came first. */
  readonly from: number | null;
  /** What there was when it was told that it is open. */
  openedAt: number | null;
}

/** One run: entries of several items, clients that come, resume, read slowly and leave, steps of the store that fail. */
async function run(seed: number): Promise<void> {
  const dice = random(seed);
  const upTo = (most: number): number => Math.floor(dice() * most);
  const { log, ask, subscriptions } = world({ buffer: { bytes: 300, messages: 20 }, sweepMs: 5 }, dice);
  log.append(1 + upTo(20));
  const all: Joined[] = [];
  const join = (): void => {
    const slow = dice() < 0.3;
    const from = dice() < 0.5 ? upTo(log.size + 1) : null;
    const client = ask({ slow, ...(from === null ? {} : { variables: { after: String(from) } }) });
    all.push({ client, from, openedAt: null });
  };
  let failures = upTo(3);
  log.failure = () => {
    if (failures === 0 || dice() > 0.05) return undefined;
    failures -= 1;
    return new ParleyError('STORE_UNAVAILABLE', 'It is away');
  };
  for (let step = 0; step < 60; step += 1) {
    const what = dice();
    if (what < 0.25) join();
    else if (what < 0.6) log.append(1 + upTo(6));
    else if (what < 0.8) for (const { client } of all) if (client.slow && dice() < 0.5) client.read();
    for (let hops = upTo(4); hops > 0; hops -= 1) await new Promise(setImmediate);
    for (const one of all) if (one.client.isOpened) one.openedAt ??= log.size;
  }
  for (const { client } of all) client.slow = false;
  const last = (): number => log.size - 1;
  log.append(1);
  await until(`seed ${seed}: all have all`, () => {
    for (const { client } of all) client.read();
    return all.every(({ client }) => client.numbers.at(-1) === last());
  });
  for (const { client, from, openedAt } of all) {
    const [first = -1] = client.numbers;
    if (from !== null) expect(first).toBe(from);
    if (from === null && openedAt !== null) expect(first).toBeLessThanOrEqual(openedAt);
    expect(client.numbers).toEqual(Array.from({ length: log.size - first }, (_, index) => first + index));
    client.subscription?.stop();
  }
  expect([subscriptions.report().topics, log.open]).toEqual([0, 0]);
}

describe('whenever a client joins, falls behind or comes back, it has every item once, in order', () => {
  const seeds = Array.from({ length: 60 }, (_, seed) => seed);
  test('in each of 60 seeded runs', async () => {
    for (const seed of seeds) await run(seed);
  }, 240_000);
});
