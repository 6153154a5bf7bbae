import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { startAnvil, type TestChain } from '../../devnet/ethereum/index.js';
import { applied } from '../support/clientChain.js';
import { operations } from '../support/operations.js';
import { configDirectory, type ConfigDirectory } from '../support/ownParley.js';
import { killLeftovers, startParley, type RunningParley } from '../support/parley.js';
import { startPostgres, type TestPostgres } from '../support/postgres.js';
import { collect } from '../support/streamClients/collecting.js';
import { apolloMultipart, graphqlSse, graphqlWs, type StreamClientKind } from '../support/streamClients/index.js';
import { ask, eventually, parley, sleep } from '../support/world.js';

// A client is away while the chain is reorganised and Parley is gone. It resumes with its cursor, and has exactly the canonical chain.

const LEDGER = 'eip155:31337';
const REORG_DEPTH = 6;
const named = operations();

let chain: TestChain;
let directory: ConfigDirectory;
beforeAll(async () => {
  directory = configDirectory();
  chain = await startAnvil({ mining: 'manual', slotsInAnEpoch: 32 });
  await chain.mine(12);
}, 240_000);
afterEach(killLeftovers);
afterAll(async () => {
  await chain.close();
  directory.remove();
}, 240_000);

const settlement = (): object => ({
  name: 'settlement',
  ethereum: { chainId: 31_337, rpc: [chain.rpc], ws: chain.ws, finality: { tag: 'finalized' } },
});

interface NodeBlock {
  readonly number: string;
  readonly hash: string;
  readonly transactions: readonly string[];
}
const blockOf = (number: number): Promise<NodeBlock> =>
  chain.request('eth_getBlockByNumber', [`0x${number.toString(16)}`, false]);
const head = async (): Promise<number> => Number(await chain.request<string>('eth_blockNumber'));

/** What the node itself has after a block. */
async function canonicalAfter(number: number): Promise<{ blocks: readonly string[]; transactions: readonly string[] }> {
  const blocks: NodeBlock[] = [];
  for (let next = number + 1; next <= (await head()); next += 1) blocks.push(await blockOf(next));
  return { blocks: blocks.map(({ hash }) => hash), transactions: blocks.flatMap(({ transactions }) => transactions) };
}

/** Blocks with a transaction or two each. */
async function mineTransfers(blocks: number): Promise<void> {
  const [from, to] = await chain.request<string[]>('eth_accounts');
  for (let block = 0; block < blocks; block += 1) {
    for (let one = 0; one <= block % 2; one += 1)
      await chain.request('eth_sendTransaction', [{ from, to, value: `0x${(block + 1).toString(16)}` }]);
    await chain.mine();
  }
}

/** Another branch from below the head, with transactions of its own in it, and longer than the one that it replaces. */
async function reorganise(): Promise<void> {
  const [, from, to] = await chain.request<string[]>('eth_accounts');
  const calls = [0, 2, 2].map((block) => [{ from, to, value: '0x7' }, block]);
  await chain.request('anvil_reorg', [REORG_DEPTH, calls]);
  await mineTransfers(2);
}

async function indexed(one: RunningParley): Promise<void> {
  const { hash } = await blockOf(await head());
  await eventually('the head is indexed', async () => {
    const { data } = await ask(one.url, '{ blocks(first: 1) { edges { node { hash } } } }');
    const page = data as { blocks: { edges: readonly { node: { hash: string } }[] } } | null;
    return page?.blocks.edges[0]?.node.hash === hash;
  });
}

interface BlockItem {
  readonly cursor: string;
  readonly kind: string;
  readonly block: { readonly hash: string };
}
interface TransactionItem {
  readonly cursor: string;
  readonly kind: string;
  readonly transaction: { readonly hash: string };
}
const toldBlock = ({ kind, block, cursor }: BlockItem) => ({ kind, hash: block.hash, cursor });
const toldTransaction = ({ kind, transaction, cursor }: TransactionItem) => ({ kind, hash: transaction.hash, cursor });
type Told = ReturnType<typeof toldBlock>;

interface Cursors {
  readonly blocks: string;
  readonly transactions: string;
}

async function pages(url: string): Promise<Cursors> {
  const filter = `filter: { ledgers: ["${LEDGER}"] }`;
  const query = `{ blocks(first: 1, ${filter}) { streamCursor } transactions(first: 1, ${filter}) { streamCursor } }`;
  const { data } = await ask(url, query);
  const { blocks, transactions } = data as unknown as Record<keyof Cursors, { streamCursor: string }>;
  return { blocks: blocks.streamCursor, transactions: transactions.streamCursor };
}

/** Reads both streams from cursors until they have shown these, or what leads to them; waits a little for what should not come; leaves. */
async function follow(
  kind: StreamClientKind,
  url: string,
  after: Cursors,
  isEnough: (all: Shown) => boolean,
): Promise<Shown> {
  const client = kind.connect(url);
  const open = (operationName: string, variables: object) =>
    client.open({ query: named.get(operationName) ?? '', operationName, variables: { ...variables } });
  const blocks = open('Blocks', { ledgers: [LEDGER], after: after.blocks });
  const transactions = open('Transactions', { filter: { ledgers: [LEDGER] }, after: after.transactions });
  let shown: Shown = { blocks: [], transactions: [] };
  const read = async (): Promise<Shown> => ({
    blocks: (await collect<BlockItem>('blocks', blocks, () => true)).map(toldBlock),
    transactions: (await collect<TransactionItem>('transactions', transactions, () => true)).map(toldTransaction),
  });
  try {
    await eventually('both streams are where they should be', async () => isEnough((shown = await read())));
  } catch (error) {
    throw new Error(`Shown were ${JSON.stringify(shown, ['blocks', 'transactions', 'kind', 'hash'])}`, {
      cause: error,
    });
  }
  await sleep(300);
  shown = await read();
  for (const stream of [blocks, transactions]) stream.stop();
  await client.close();
  return shown;
}
interface Shown {
  readonly blocks: readonly Told[];
  readonly transactions: readonly Told[];
}

const lastOf = (told: readonly Told[], otherwise: string): string => told.at(-1)?.cursor ?? otherwise;
const hashes = (told: readonly Told[]): readonly string[] => told.map(({ hash }) => hash);

/** A client sees eight blocks, leaves, and comes back to the Parley that it is given then. */
async function away(
  kind: StreamClientKind,
  first: RunningParley,
  meanwhile: () => Promise<RunningParley>,
): Promise<void> {
  await indexed(first);
  const start = await head();
  const from = await pages(first.url);
  await mineTransfers(8);
  const before = await follow(kind, first.url, from, ({ blocks }) => blocks.length === 8);
  expect(hashes(applied([], before.blocks))).toEqual((await canonicalAfter(start)).blocks);
  expect(hashes(applied([], before.transactions))).toEqual((await canonicalAfter(start)).transactions);

  const second = await meanwhile();
  const wanted = await canonicalAfter(start);
  const cursors = {
    blocks: lastOf(before.blocks, from.blocks),
    transactions: lastOf(before.transactions, from.transactions),
  };
  const after = await follow(kind, second.url, cursors, ({ blocks, transactions }) => {
    const isThere = (told: readonly Told[], last: string | undefined): boolean => told.at(-1)?.hash === last;
    return isThere(blocks, wanted.blocks.at(-1)) && isThere(transactions, wanted.transactions.at(-1));
  });
  expect(hashes(applied(before.blocks, after.blocks))).toEqual(wanted.blocks);
  expect(hashes(applied(before.transactions, after.transactions))).toEqual(wanted.transactions);

  // What it had seen of the old branch is taken back one by one, newest first, before anything of the new one.
  const gone = before.blocks.slice(-REORG_DEPTH).reverse();
  expect(after.blocks.map(({ kind }) => kind)).toEqual([
    ...gone.map(() => 'RETRACTED'),
    ...wanted.blocks.slice(-REORG_DEPTH - 2).map(() => 'APPENDED'),
  ]);
  expect(hashes(after.blocks.slice(0, REORG_DEPTH))).toEqual(hashes(gone));
}

describe('a client that was away during a reorg of depth 6', () => {
  test('and a restart of Parley, has exactly the canonical chain', async () => {
    const config = directory.write('restarted', [settlement()]);
    const first = await startParley(config);
    await away(graphqlWs, first, async () => {
      await first.stop();
      await reorganise();
      return startParley(config);
    });
  });

  test('and a rebuild of the index, has exactly the canonical chain', async () => {
    const config = directory.write('rebuilt', [settlement()]);
    const first = await startParley(config);
    await away(apolloMultipart, first, async () => {
      await reorganise();
      await indexed(first);
      await first.stop();
      const { code, output } = await parley('rebuild', '--config', config);
      expect([code, output]).toEqual([0, expect.stringContaining('derived again')]);
      return startParley(config);
    });
  });

  describe('on PostgreSQL', () => {
    let postgres: TestPostgres;
    beforeAll(async () => {
      postgres = await startPostgres();
    }, 240_000);
    afterAll(async () => {
      await killLeftovers();
      await postgres.close();
    }, 240_000);

    test('and a death of the replica that it was connected to, has exactly the canonical chain from another', async () => {
      const url = await postgres.database();
      const config = directory.write('replicated', [settlement()], { store: { url } });
      const first = await startParley(config);
      await indexed(first);
      const second = await startParley(config);
      await away(graphqlSse, first, async () => {
        await first.kill();
        await reorganise();
        return second;
      });
    });
  });
});
