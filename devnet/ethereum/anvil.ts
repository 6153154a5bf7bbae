import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ParleyError } from '../../src/errors/index.js';
import type { RunningChild } from '../childProcess.js';
import { startGuardedChild } from '../guardedChild.js';
import { DEV_ACCOUNT_COUNT, DEV_MNEMONIC } from './devAccounts.js';
import { rpcRequest } from './jsonRpc.js';
import { createSender } from './sender.js';
import type { TestChain } from './testChain.js';

/** Anvil holds each block's state while it mines: many at once take its memory and outlast the request. */
const MINE_STEP_BLOCKS = 1_000;

/**
 * Beside those of the newest 500 blocks, which it has in memory, Anvil writes each block's state to a file and never takes one away: half a
 * megabyte each with the dev world's contracts. A chain that is kept, and so goes on for days, has so many of them; one of a test all.
 */
const KEPT_CHAIN_STATES = 1_000;

export interface AnvilOptions {
  /** 0 (default): a port that the system chooses. */
  readonly port?: number;
  readonly chainId?: number;
  /**
   * File that keeps the chain: read at start where it exists, written every second and at the end. Absent: in memory only.
   * It holds every block and the state at the head; of older blocks' states, the last 1,500 since the start can be asked for. (All
   * states kept too make it 540 MB at 2,000 blocks, written every second, where this is 10.)
   */
  readonly stateFile?: string;
  /**
   * `transaction` (default): a block for each transaction as it comes. `manual`: only `mine` makes blocks.
   * A number: a block every so many seconds, and one for each transaction as it comes.
   */
  readonly mining?: 'transaction' | 'manual' | number;
  /** E, default 1: the safe head is E blocks behind the head, the finalized head 2E. */
  readonly slotsInAnEpoch?: number;
}

/**
 * When a kept chain begins (2024-01-01). Anvil makes a genesis block of its own at every start and keeps it beside those that it
 * finds in the state file, then serves any of them as block 0: only where all are the same block is the chain the same chain.
 */
const GENESIS_SECONDS = 1_704_067_200;

/** Starts Anvil on loopback. Throws with its last words where it does not start. */
export async function startAnvil(options: AnvilOptions = {}): Promise<TestChain & { readonly ended: Promise<string> }> {
  const chainId = options.chainId ?? 31_337;
  const command = anvilBinary();
  // Its own choice is a directory in the user's home, where what a killed one leaves adds up.
  const states = await statesDirectory(options);
  const child = await startGuardedChild({
    command,
    args: [...anvilArguments(options, chainId), '--cache-path', states],
    ready: /Listening on 127\.0\.0\.1:(\d+)/,
    scratch: states,
  });
  const chain = controls(child, chainId, options.slotsInAnEpoch ?? 1);
  if (options.stateFile !== undefined) await setClock(chain);
  return { ...chain, ended: child.ended };
}

/** Empty, for the states of a chain whose earlier process was killed are of no more use. */
async function statesDirectory({ stateFile }: AnvilOptions): Promise<string> {
  if (stateFile === undefined) return mkdtemp(join(tmpdir(), 'parley-anvil-'));
  const directory = `${stateFile}.states`;
  await rm(directory, { recursive: true, force: true });
  return directory;
}

/** A chain that began at a fixed moment goes on now. */
async function setClock(chain: TestChain): Promise<void> {
  const head = await chain.request<{ timestamp: string }>('eth_getBlockByNumber', ['latest', false]);
  await chain.request('evm_setTime', [Math.max(Math.floor(Date.now() / 1000), Number(head.timestamp) + 1)]);
}

function controls(child: RunningChild, chainId: number, slotsInAnEpoch: number): TestChain {
  const address = `127.0.0.1:${child.match[1]}`;
  const rpc = `http://${address}`;
  const request = <T>(method: string, params: readonly unknown[] = []): Promise<T> =>
    rpcRequest<T>(rpc, method, params);
  const head = async (): Promise<number> => Number(await request<string>('eth_blockNumber'));
  const mine = async (count = 1): Promise<number> => {
    for (let left = count; left > 0; left -= MINE_STEP_BLOCKS) {
      await request('anvil_mine', [`0x${Math.min(left, MINE_STEP_BLOCKS).toString(16)}`]);
    }
    return head();
  };
  return {
    kind: 'anvil',
    pid: child.pid,
    rpc,
    ws: `ws://${address}`,
    chainId,
    request,
    mine,
    send: createSender(request, chainId),
    reorg: async (depth, length = depth + 1) => {
      if (length < depth) throw new RangeError(`Anvil replaces each block: length ${length} is below depth ${depth}`);
      await request('anvil_reorg', [depth, []]);
      return mine(length - depth);
    },
    finalize: async (number) => {
      await mine(Math.max(0, number + 2 * slotsInAnEpoch - (await head())));
    },
    close: () => child.stop(),
  };
}

function anvilArguments(options: AnvilOptions, chainId: number): string[] {
  const { mining = 'transaction', stateFile } = options;
  return [
    ...['--host', '127.0.0.1', '--port', String(options.port ?? 0), '--no-cors'],
    ...['--chain-id', String(chainId), '--accounts', String(DEV_ACCOUNT_COUNT), '--mnemonic', DEV_MNEMONIC],
    ...['--slots-in-an-epoch', String(options.slotsInAnEpoch ?? 1), '--order', 'fifo'],
    ...(stateFile === undefined
      ? []
      : [
          ...['--state', stateFile, '--state-interval', '1', '--timestamp', String(GENESIS_SECONDS)],
          ...['--max-persisted-states', String(KEPT_CHAIN_STATES)],
        ]),
    ...(mining === 'manual' ? ['--no-mining'] : []),
    ...(typeof mining === 'number' ? ['--block-time', String(mining), '--mixed-mining'] : []),
  ];
}

/** The binary of Anvil's npm package for this platform. */
function anvilBinary(): string {
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch;
  const name = `@foundry-rs/anvil-${process.platform}-${architecture}`;
  const { resolve } = createRequire(import.meta.url);
  try {
    return resolve(`${name}/bin/anvil`);
  } catch (cause) {
    throw new ParleyError('INTERNAL', `Anvil is not installed for this platform`, {
      got: `${process.platform} ${process.arch}`,
      expected: `the npm package ${name}`,
      fix: 'Run `npm ci` with optional dependencies, on Linux or macOS, x64 or arm64.',
      cause,
    });
  }
}
