import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { devAccount } from './devAccounts.js';
import { ZERO_HASH, type BuiltBlock, type EngineClient, type ForkChoice } from './engine.js';
import { gethGenesis, startGethNode, type GethNode } from './gethNode.js';
import { rpcRequest } from './jsonRpc.js';
import { createSender } from './sender.js';
import type { DevTransaction, TestChain } from './testChain.js';

export { findGeth } from './gethNode.js';

type Request = TestChain['request'];

interface Head {
  readonly hash: string;
  readonly number: number;
  readonly timestamp: number;
}

const POOL_POLL_MS = 5;
const POOL_TIMEOUT_MS = 10_000;

/**
 * Starts a private chain on geth, driven over the Engine API. A second geth that nobody else sees builds the other branch of
 * a reorganisation, so that the first one learns of it as from a real network: all blocks first, then one new head.
 */
export async function startGeth(binary: string, chainId = 31_337): Promise<TestChain> {
  const directory = await mkdtemp(join(tmpdir(), 'parley-geth-'));
  const nodes: GethNode[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(nodes.map(({ child }) => child.stop()));
    await rm(directory, { recursive: true, force: true });
  };
  try {
    const genesis = await gethGenesis(binary, chainId);
    const started = ['seen', 'hidden'].map((name) => startGethNode(binary, join(directory, name), genesis));
    for (const node of await Promise.allSettled(started)) if (node.status === 'fulfilled') nodes.push(node.value);
    const [seen, hidden] = await Promise.all(started);
    if (seen === undefined || hidden === undefined) throw new Error('geth did not start');
    return { ...controls(seen, hidden.engine, chainId), close };
  } catch (error) {
    await close();
    throw error;
  }
}

function controls(node: GethNode, hidden: EngineClient, chainId: number): Omit<TestChain, 'close'> {
  const rpc = `http://${node.address}`;
  const request: Request = (method, params = []) => rpcRequest(rpc, method, params);
  const driver = createDriver(request, node.engine, hidden);
  const send = createSender(request, chainId);
  return {
    kind: 'geth',
    pid: node.child.pid,
    rpc,
    ws: `ws://${node.address}`,
    chainId,
    request,
    send: async (transaction) => {
      const before = await waitingNonce(request, transaction);
      const hash = await send(transaction);
      await untilPooled(request, transaction, before);
      return hash;
    },
    mine: driver.mine,
    reorg: driver.reorg,
    finalize: driver.finalize,
  };
}

/** The consensus layer of one chain: which block is head, safe and finalized. */
function createDriver(
  request: Request,
  engine: EngineClient,
  hidden: EngineClient,
): Pick<TestChain, 'mine' | 'reorg' | 'finalize'> {
  let safe = ZERO_HASH;
  /** Every block that was handed over, by hash: what the hidden node has to be told before it can build on one. */
  const built = new Map<string, BuiltBlock>();
  const choose = (head: string): Promise<void> => engine.choose({ head, safe, finalized: safe });

  const mine = async (count = 1): Promise<number> => {
    let head = await headOf(request);
    for (let left = count; left > 0; left -= 1) {
      const block = await engine.build(head, 'waiting');
      await engine.accept(block);
      built.set(block.executionPayload.blockHash, block);
      head = headAfter(block);
      await choose(head.hash);
    }
    return head.number;
  };
  const reorg = async (depth: number, length = depth + 1): Promise<number> => {
    const fork = await blockAt(request, (await headOf(request)).number - depth);
    await teach(hidden, built, fork.hash);
    let head = fork;
    for (let left = length; left > 0; left -= 1) {
      const block = await buildHidden(hidden, head);
      await engine.accept(block);
      built.set(block.executionPayload.blockHash, block);
      head = headAfter(block);
    }
    await choose(head.hash);
    return head.number;
  };
  const finalize = async (number: number): Promise<void> => {
    safe = (await blockAt(request, number)).hash;
    await choose((await headOf(request)).hash);
  };
  return { mine, reorg, finalize };
}

/** Tells the hidden node every block up to `hash` that it may lack, oldest first, and makes that its head. */
async function teach(hidden: EngineClient, built: ReadonlyMap<string, BuiltBlock>, hash: string): Promise<void> {
  const path: BuiltBlock[] = [];
  for (let block = built.get(hash); block !== undefined; block = built.get(block.executionPayload.parentHash))
    path.push(block);
  for (const block of path.reverse()) await hidden.accept(block);
  await hidden.choose(branchHead(hash));
}

async function buildHidden(hidden: EngineClient, parent: Head): Promise<BuiltBlock> {
  const block = await hidden.build(parent, 'none');
  await hidden.accept(block);
  await hidden.choose(branchHead(block.executionPayload.blockHash));
  return block;
}

/** The hidden node may be sent anywhere: nothing is final for it. */
function branchHead(head: string): ForkChoice {
  return { head, safe: ZERO_HASH, finalized: ZERO_HASH };
}

function headAfter({ executionPayload }: BuiltBlock): Head {
  const { blockHash, blockNumber, timestamp } = executionPayload;
  return { hash: blockHash, number: Number(blockNumber), timestamp: Number(timestamp) };
}

const headOf = (request: Request): Promise<Head> => readBlock(request, 'latest');
const blockAt = (request: Request, number: number): Promise<Head> => readBlock(request, `0x${number.toString(16)}`);

async function readBlock(request: Request, tag: string): Promise<Head> {
  const block = await request<{ hash: string; number: string; timestamp: string } | null>('eth_getBlockByNumber', [
    tag,
    false,
  ]);
  if (block === null) throw new RangeError(`The chain has no block ${tag}`);
  return { hash: block.hash, number: Number(block.number), timestamp: Number(block.timestamp) };
}

function waitingNonce(request: Request, { from }: DevTransaction): Promise<string> {
  return request<string>('eth_getTransactionCount', [devAccount(from).address, 'pending']);
}

/** geth takes a transaction into its pool a moment after it has answered; a block built before would lack it. */
async function untilPooled(request: Request, transaction: DevTransaction, before: string): Promise<void> {
  const deadline = Date.now() + POOL_TIMEOUT_MS;
  while ((await waitingNonce(request, transaction)) === before) {
    if (Date.now() > deadline)
      throw new Error(`geth did not take the transaction into its pool in ${POOL_TIMEOUT_MS} ms`);
    await delay(POOL_POLL_MS);
  }
}
