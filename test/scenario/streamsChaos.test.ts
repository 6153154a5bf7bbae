import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startAnvil, type TestChain } from '../../devnet/ethereum/index.js';
import { applied } from '../support/clientChain.js';
import { operations } from '../support/operations.js';
import { configDirectory, type ConfigDirectory } from '../support/ownParley.js';
import { killLeftovers, startParley, type RunningParley } from '../support/parley.js';
import { seeded } from '../support/random.js';
import type { Collected } from '../support/streamClients/client.js';
import { fieldOf } from '../support/streamClients/collecting.js';
import { apolloMultipart, graphqlSse, graphqlWs } from '../support/streamClients/index.js';
import { ask, eventually, sleep } from '../support/world.js';

// What test/simulation does with seeds, once with real processes: kill -9, anvil_reorg, connections that are cut, and a client that
// resumes with its newest cursor over one transport after the other. `npm run test:chaos` is the long version.

const ROUNDS = Number(process.env.CHAOS_ROUNDS ?? 6);
const SEED = Number(process.env.CHAOS_SEED ?? 1);
const LEDGER = 'eip155:31337';
const CLIENTS = [graphqlWs, graphqlSse, apolloMultipart];
const query = operations().get('Blocks') ?? '';

interface Item {
  readonly cursor: string;
  readonly kind: string;
  readonly block: { readonly hash: string };
}
interface Told {
  readonly kind: string;
  readonly hash: string;
  readonly cursor: string;
}
const told = ({ kind, block, cursor }: Item): Told => ({ kind, hash: block.hash, cursor });

let chain: TestChain;
let directory: ConfigDirectory;
let parley: RunningParley;
let config: string;
beforeAll(async () => {
  directory = configDirectory();
  chain = await startAnvil({ mining: 'manual', slotsInAnEpoch: 64 });
  await chain.mine(3);
  const ethereum = { chainId: 31_337, rpc: [chain.rpc], ws: chain.ws, finality: { tag: 'finalized' } };
  config = directory.write('chaos', [{ name: 'settlement', ethereum }]);
  parley = await startParley(config);
}, 240_000);
afterAll(async () => {
  await killLeftovers();
  await chain.close();
  directory.remove();
}, 240_000);

/** What the node has after a block. */
async function canonicalAfter(start: number): Promise<string[]> {
  const head = Number(await chain.request<string>('eth_blockNumber'));
  const hashes: string[] = [];
  for (let number = start + 1; number <= head; number += 1) {
    const block = await chain.request<{ hash: string }>('eth_getBlockByNumber', [`0x${number.toString(16)}`, false]);
    hashes.push(block.hash);
  }
  return hashes;
}

/** The page of the newest block, once Parley has it: where the stream begins. */
async function begin(): Promise<{ after: string; start: number }> {
  const filter = `filter: { ledgers: ["${LEDGER}"] }`;
  const page = `{ blocks(first: 1, ${filter}) { streamCursor edges { node { number } } } }`;
  const start = Number(await chain.request<string>('eth_blockNumber'));
  const after = await eventually('the page shows the newest block', async () => {
    const { data } = await ask(parley.url, page);
    const { blocks } = data as unknown as { blocks: { streamCursor: string; edges: { node: { number: string } }[] } };
    return Number(blocks.edges[0]?.node.number) === start ? blocks.streamCursor : undefined;
  });
  return { after, start };
}

const shownBy = (stream: Collected): Told[] => stream.results.map((result) => told(fieldOf<Item>(result)));
const hashesOf = (all: readonly Told[]): string[] => all.map(({ hash }) => hash);

test(
  `a client ends with exactly the canonical chain after ${ROUNDS} rounds of reorgs, kill -9 and cut connections (seed ${SEED})`,
  async () => {
    const random = seeded(SEED);
    const { after: first, start } = await begin();
    let [after, have]: [string, readonly Told[]] = [first, []];
    for (let round = 1; round <= ROUNDS; round += 1) {
      const client = random.pick(CLIENTS).connect(parley.url);
      const stream = client.open({ query, operationName: 'Blocks', variables: { ledgers: [LEDGER], after } });
      await chain.mine(4 + random.below(4));
      if (random.below(3) > 0) await chain.request('anvil_reorg', [1 + random.below(3), []]);
      await chain.mine(1);
      const before = have;
      // Sometimes all of it arrives, sometimes the connection is cut before.
      if (round === ROUNDS || random.below(2) === 0) {
        const wanted = JSON.stringify(await canonicalAfter(start));
        await eventually('the client has the canonical chain', () =>
          Promise.resolve(JSON.stringify(hashesOf(applied(before, shownBy(stream)))) === wanted),
        );
      } else await sleep(random.below(60));
      const shown = shownBy(stream);
      const dies = round < ROUNDS && random.below(2) === 0;
      if (dies) await parley.kill();
      stream.stop();
      await client.close();
      have = applied(before, shown);
      after = shown.at(-1)?.cursor ?? after;
      if (dies) parley = await startParley(config);
    }
    expect(hashesOf(have)).toEqual(await canonicalAfter(start));
  },
  30_000 + ROUNDS * 15_000,
);
