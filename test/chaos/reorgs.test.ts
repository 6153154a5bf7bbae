import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { startAnvil, type TestChain } from '../../devnet/ethereum/index.js';
import { startGeth } from '../../devnet/ethereum/geth.js';
import { createEthereumLedger, type EthereumOptions } from '../../src/ledgers/ethereum/index.js';
import type { EthereumLedger } from '../../src/ledgers/ledger.js';
import { ledgerOptions } from '../contract/ethereumWorld.js';
import { atHead, startIngest, workbench, type RunningIngest, type Workbench } from '../support/indexing.js';
import { crashLedger } from '../support/crashLedger.js';
import { seeded, type Random } from '../support/random.js';
import { eventually, sleep } from '../support/world.js';
import { expectVerified, settles } from './checks.js';
import { say, SEED, times, WHOLE } from './scale.js';

// Reorganisations on real nodes, with the index of a real store behind: whatever the chain turns to, that is what the index is.

const BOUND = 64;
const TO = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';
const places = [...(process.env.PATH ?? '').split(delimiter), join(homedir(), 'go', 'bin')];
const geth = places.map((place) => join(place, 'geth')).find(existsSync);
const NODES = [
  ['Anvil', () => startAnvil({ mining: 'manual', slotsInAnEpoch: 64 })],
  ...(WHOLE && geth !== undefined ? ([['geth', () => startGeth(geth)]] as const) : []),
] as const;

/** What an ingest ends with. */
async function stops(run: RunningIngest | null): Promise<unknown> {
  let ended: { readonly with: unknown } | null = null;
  run?.done.then(
    () => (ended = { with: null }),
    (error: unknown) => (ended = { with: error }),
  );
  const end = await eventually('it stops', () => Promise.resolve(ended)).catch((error: unknown) => {
    throw new Error(`it goes on: ${JSON.stringify(run?.reports.slice(-3))}`, { cause: error });
  });
  return end.with;
}

describe.each(NODES)('reorganisations on %s', (name, start) => {
  let chain: TestChain;
  let bench: Workbench;
  let random: Random;
  let run: RunningIngest | null = null;
  const opened: EthereumLedger[] = [];
  const open = (options: Partial<EthereumOptions> = {}): EthereumLedger => {
    const ledger = createEthereumLedger({ ...ledgerOptions(chain), reorgWindow: BOUND, ...options });
    opened.push(ledger);
    return ledger;
  };
  const begin = (options: Partial<EthereumOptions> = {}): RunningIngest =>
    (run = startIngest(open(options), bench.store, 500));
  const arrives = async (): Promise<void> => {
    if (run === null) throw new Error('nothing runs');
    await settles(run, await open({ ws: null }).head());
  };
  const clean = (): Promise<void> => expectVerified(open({ ws: null }), bench.url);

  /** Blocks of one to three transfers of values of chance: two branches never hold the same. */
  async function produce(blocks: number): Promise<void> {
    for (let left = blocks; left > 0; left -= 1) {
      for (let sent = random.below(3); sent >= 0; sent -= 1)
        await chain.send({ from: sent, to: TO, value: BigInt(1 + random.below(1_000_000)), gas: 21_000n });
      await chain.mine();
    }
  }

  beforeAll(async () => {
    chain = await start();
    random = seeded(SEED);
    await produce(BOUND + 6);
  }, 240_000);
  afterAll(() => chain.close());
  beforeEach(async () => {
    bench = await workbench();
  });
  afterEach(async () => {
    await run?.stop().catch(() => undefined);
    run = null;
    for (const ledger of opened.splice(0)) await ledger.close();
    await bench.close();
  });

  test('of depths 1 to 64 by chance, while it follows, with every transaction replaced or gone', async () => {
    begin();
    await arrives();
    const depths: number[] = [];
    for (let round = 0; round < times(24, 4); round += 1) {
      const depth = round === 0 ? BOUND : 1 + random.below(BOUND);
      depths.push(depth);
      await chain.reorg(depth, depth + 1);
      if (random.below(2) === 0) await produce(1 + random.below(3));
      if (random.below(3) > 0) await arrives();
      else await sleep(random.below(80));
    }
    await produce(1);
    await arrives();
    say(`  ${name}, followed: depths ${depths.join(' ')}`);
    await clean();
  }, 300_000);

  test('while Parley is down, one after the other', async () => {
    for (let round = 0; round < times(8, 2); round += 1) {
      begin(round % 2 === 0 ? {} : { ws: null });
      await arrives();
      await run?.stop();
      const depth = 1 + random.below(BOUND - 4);
      await chain.reorg(depth, depth + random.below(4));
      await produce(2);
      say(`  ${name}, down: depth ${depth}`);
    }
    begin();
    await arrives();
    await clean();
  }, 300_000);

  test('in the middle of a back-fill, again and again', async () => {
    for (let round = 0; round < times(6, 2); round += 1) {
      await bench.close();
      bench = await workbench();
      begin();
      await sleep(5 + random.below(60));
      const depth = 1 + random.below(BOUND - 4);
      await chain.reorg(depth, depth + 1 + random.below(3));
      await sleep(random.below(30));
      await chain.reorg(3, 4);
      await arrives();
      await run?.stop();
      await clean();
      say(`  ${name}, back-filling: depth ${depth}, then 3`);
    }
  }, 300_000);

  test('deeper than the bound: a clear stop that takes nothing back, and the command that it names resumes', async () => {
    // Empty blocks in the place of empty ones of the same time would be the same blocks.
    await produce(22);
    begin({ reorgWindow: 8 });
    await arrives();
    const id = open().id;
    const held = await bench.store.refs(id, 0, 10_000);
    await chain.reorg(20, 21);
    await produce(1);
    const stopped = await stops(run);
    expect(stopped).toMatchObject({
      code: 'REORG_TOO_DEEP',
      retryable: false,
      fix: expect.stringContaining('reorgWindow'),
    });
    expect(await bench.store.refs(id, 0, 10_000)).toEqual(held);
    say(`  ${name}, too deep: ${String((stopped as Error).message).slice(0, 200)}`);
    begin({ reorgWindow: BOUND });
    await arrives();
    await run?.stop();
    await clean();
  }, 240_000);

  test('below what was final: a clear stop, and reading again resumes', async () => {
    await produce(12);
    begin({ finality: { depth: 4 } });
    await arrives();
    await chain.reorg(10, 11);
    await produce(1);
    const stopped = await stops(run);
    expect(stopped).toMatchObject({ code: 'REORG_TOO_DEEP', fix: expect.stringContaining('--read-again') });
    await bench.store.forgetLedger(open().id);
    begin({ finality: { depth: 12 } });
    await arrives();
    await run?.stop();
    await expectVerified(open({ ws: null, finality: { depth: 12 } }), bench.url);
  }, 240_000);
});

describe('back and forth between two branches', () => {
  test('on Anvil, from one fork: the index is on the branch that the chain is on', async () => {
    const chain = await startAnvil({ mining: 'manual', slotsInAnEpoch: 64 });
    const bench = await workbench();
    const random = seeded(SEED);
    await chain.mine(20);
    const ledger = createEthereumLedger({ ...ledgerOptions(chain), reorgWindow: BOUND });
    const run = startIngest(ledger, bench.store, 500);
    try {
      await settles(run, await ledger.head());
      const from = Math.floor(Date.now() / 1_000) + 1_000;
      let snapshot = await chain.request<string>('evm_snapshot');
      const hashes = new Map<number, Set<string>>();
      let longest = 6;
      for (let turn = 0; turn < times(16, 4); turn += 1) {
        await chain.request('evm_revert', [snapshot]);
        snapshot = await chain.request<string>('evm_snapshot');
        const branch = turn % 2;
        longest += 1;
        for (let block = 0; block < longest; block += 1) {
          await chain.request('evm_setNextBlockTimestamp', [from + 10 * block + branch]);
          await chain.send({ from: 0, to: TO, value: BigInt(1 + block + 1_000 * branch), gas: 21_000n });
          await chain.mine();
        }
        const head = await ledger.head();
        const first = await ledger.block(21);
        hashes.set(branch, (hashes.get(branch) ?? new Set<string>()).add(first?.hash ?? ''));
        if (random.below(3) > 0) await settles(run, head);
      }
      await settles(run, await ledger.head());
      say(
        `  Anvil, two branches in turn: the first block of each had ${[...hashes.values()].map(({ size }) => size).join(' and ')} hashes`,
      );
      await run.stop();
      await expectVerified(ledger, bench.url);
    } finally {
      await run.stop().catch(() => undefined);
      await ledger.close();
      await bench.close();
      await chain.close();
    }
  }, 240_000);

  test('of a made-up chain, the very same blocks each time: what was retracted is canonical again', async () => {
    const ledger = crashLedger('ethereum', 40);
    const bench = await workbench();
    const random = seeded(SEED);
    const run = startIngest(ledger, bench.store, 500);
    const known = new Set<string>();
    let again = 0;
    // A branch that comes back shorter than it was indexed is what a node that lags shows, too: the index may stand above that head.
    const holdsHead = async (): Promise<boolean> => {
      const { number = -1, hash } = ledger.chain.at(-1) ?? {};
      return (await bench.store.refs(ledger.id, number, number))[0]?.hash === hash;
    };
    for (let turn = 0; turn < times(200, 40); turn += 1) {
      ledger.reorg(turn === 0 ? 1 : ledger.chain.length - 39, 1 + random.below(7), turn % 2 === 0 ? 'a' : 'b');
      const last = ledger.chain.at(-1)?.hash ?? '';
      again += known.has(last) ? 1 : 0;
      known.add(last);
      if (random.below(3) > 0) await eventually(`turn ${turn}: the index holds the head`, holdsHead);
    }
    ledger.grow(8);
    await atHead(run, () => ledger.chain.at(-1));
    await run.stop();
    await expectVerified(ledger, bench.url);
    expect(again).toBeGreaterThan(10);
    say(`  a made-up chain, two branches in turn: stood ${again} times on a block that it had left`);
    await bench.close();
  }, 240_000);
});
