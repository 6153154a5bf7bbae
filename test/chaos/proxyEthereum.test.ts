import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { startAnvil, type TestChain } from '../../devnet/ethereum/index.js';
import { createEthereumLedger, type EthereumOptions } from '../../src/ledgers/ethereum/index.js';
import type { EthereumLedger } from '../../src/ledgers/ledger.js';
import { ledgerOptions } from '../contract/ethereumWorld.js';
import { startProxy, type Proxy } from '../support/ethereum/proxy.js';
import { startIngest, workbench, type Workbench } from '../support/indexing.js';
import { seeded, type Random } from '../support/random.js';
import { eventually, sleep } from '../support/world.js';
import { expectVerified, settles } from './checks.js';
import { openLine, WEATHERS, type Line } from './line.js';
import { RPC_TROUBLES } from './rpcTroubles.js';
import { say, SEED, times } from './scale.js';
import { superviseIngest, type SupervisedIngest } from './supervised.js';

// Between Parley and an Ethereum node: a line that spoils bytes, and before it a proxy that spoils answers.

let chain: TestChain;
let proxy: Proxy;
let line: Line;
let bench: Workbench;
let random: Random;
const opened: EthereumLedger[] = [];

beforeAll(async () => {
  chain = await startAnvil({ mining: 'manual' });
  await chain.mine(20);
});
afterAll(() => chain.close());
beforeEach(async () => {
  random = seeded(SEED);
  proxy = await startProxy(chain.rpc);
  line = await openLine(Number(new URL(proxy.url).port), random);
  bench = await workbench();
});
afterEach(async () => {
  for (const ledger of opened.splice(0)) await ledger.close();
  await bench.close();
  await line.close();
  await proxy.close();
});

function open(rpc: readonly string[], options: Partial<EthereumOptions> = {}): EthereumLedger {
  const { tuning, ...rest } = ledgerOptions(chain);
  const quick = { ...tuning, requestTimeoutMs: 800, patienceMs: 2_500, maxBackoffMs: 200, lagBlocks: 0 };
  const ledger = createEthereumLedger({ ...rest, ws: null, rpc: [...rpc], tuning: quick, ...options });
  opened.push(ledger);
  return ledger;
}

const plain = (): EthereumLedger => open([chain.rpc]);

async function produce(blocks: number): Promise<void> {
  for (let left = blocks; left > 0; left -= 1) {
    const value = BigInt(1 + random.below(1_000_000));
    await chain.send({ from: 0, to: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8', value, gas: 21_000n });
    await chain.mine();
  }
}

type Trouble = readonly [name: string, begin: (head: number) => void];
const troubles = (): Trouble[] => [
  ...WEATHERS.map((weather): Trouble => [`the line ${weather}`, () => line.turn(weather)]),
  ...Object.entries(RPC_TROUBLES).map(([name, begin]): Trouble => [
    `the node ${name}`,
    (head) => begin(proxy, head, chain),
  ]),
];

/** Each trouble for a while, in an order of chance, while blocks are made; the way is clear after each. */
async function through(rounds: number, run: SupervisedIngest, always: boolean): Promise<void> {
  let left: Trouble[] = [];
  for (let round = 0; round < rounds; round += 1) {
    if (left.length === 0) left = troubles();
    const [trouble] = left.splice(random.below(left.length), 1);
    if (trouble === undefined) throw new Error('no trouble');
    const began = Date.now();
    trouble[1](Number(await chain.request<string>('eth_blockNumber')));
    await produce(1 + random.below(8));
    await sleep(100 + random.below(500));
    const head = await plain().head();
    // With a second node the index arrives while the trouble lasts.
    if (!always) {
      proxy.behave(null);
      line.turn('fair');
    }
    await settles(run, head);
    proxy.behave(null);
    line.turn('fair');
    say(`  ${trouble[0]}: at block ${head.number} after ${Date.now() - began} ms`);
  }
}

describe('one node behind a line that spoils everything', () => {
  test('is followed without a gap, whatever happens on the way', async () => {
    // An only node that says another chain id ends the reading, rightly; it begins again as Parley's supervisor has it.
    const run = superviseIngest({ open: () => open([line.url]), store: bench.store, mends: ['LEDGER_MISMATCH'] });
    await through(times(54, 9), run, false);
    await run.stop();
    if (run.failures.length > 0) say(`  begun again after ${run.failures.join(', ')}`);
    await expectVerified(plain(), bench.url);
  }, 900_000);
});

describe('two nodes, one of which lags or lies', () => {
  test('the right one wins', async () => {
    const run = superviseIngest({ open: () => open([line.url, chain.rpc]), store: bench.store, mends: [] });
    await through(times(54, 6), run, true);
    await run.stop();
    await expectVerified(plain(), bench.url);
  }, 900_000);

  test('a whole other chain with the same id is not mixed in: where nothing else answers it is said and nothing is taken back', async () => {
    const other = await startAnvil({ mining: 'manual' });
    try {
      await other.mine(400);
      const good = plain();
      const before = startIngest(good, bench.store);
      await settles(before, await good.head());
      await before.stop();
      const held = await bench.store.refs(good.id, 0, 1_000);
      const lying = open([other.rpc]);
      const after = startIngest(lying, await bench.reopen());
      const failure = await after.done.then(
        () => null,
        (error: unknown) => error,
      );
      expect(failure).toMatchObject({
        code: expect.stringMatching(/REORG_TOO_DEEP|LEDGER_MISMATCH/),
        retryable: false,
      });
      say(`  another chain with the same id: ${String((failure as Error).message).slice(0, 160)}`);
      expect(await bench.store.refs(good.id, 0, 1_000)).toEqual(held);
      const again = startIngest(plain(), await bench.reopen());
      await produce(2);
      await settles(again, await plain().head());
      await again.stop();
      await expectVerified(plain(), bench.url);
    } finally {
      await other.close();
    }
  }, 240_000);

  test('two nodes of two chains with one id: the index stays on one of them, or says that it cannot decide', async () => {
    const other = await startAnvil({ mining: 'manual' });
    try {
      await other.mine(40);
      const run = startIngest(open([line.url, other.rpc]), bench.store);
      await settles(run, await plain().head());
      for (let round = 0; round < times(6, 2); round += 1) {
        line.turn('refuses');
        await other.mine(3);
        await sleep(1_000);
        line.turn('fair');
        await produce(1);
      }
      await eventually('it follows the first again, or stopped', async () => {
        const last = run.reports.at(-1);
        const { hash } = await plain().head();
        return last?.kind === 'stopped' || (last?.kind === 'following' && last.tip?.hash === hash);
      });
      const last = run.reports.at(-1);
      say(
        `  two chains with one id: ${last?.kind === 'stopped' ? last.reason?.message.slice(0, 160) : 'the right one'}`,
      );
      await run.stop().catch((error: unknown) => expect(error).toMatchObject({ code: 'REORG_TOO_DEEP' }));
      const ours = (await bench.store.refs(open([chain.rpc]).id, 0, 1_000)).map(({ hash }) => hash);
      const truth = await plain().block(5);
      expect(ours).toContain(truth?.hash);
    } finally {
      await other.close();
    }
  }, 240_000);
});
