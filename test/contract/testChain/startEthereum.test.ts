import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Contract, JsonRpcProvider, type InterfaceAbi } from 'ethers';
import { devAccount, devAccountOf, startEthereum, type EthereumWorld } from '../../../devnet/ethereum/index.js';

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'parley-ethereum-'));
});
afterAll(() => rm(directory, { recursive: true }));

async function read(
  world: EthereumWorld,
  name: keyof EthereumWorld['contracts'],
  method: string,
  args: unknown[] = [],
) {
  const provider = new JsonRpcProvider(world.rpc, world.chainId, { staticNetwork: true });
  const { address, abi } = world.contracts[name];
  const contract = new Contract(address, JSON.parse(await readFile(abi, 'utf8')) as InterfaceAbi, provider);
  try {
    return (await contract.getFunction(method).staticCall(...args)) as unknown;
  } finally {
    provider.destroy();
  }
}

test('the contracts are deployed once, belong to whom they should, and are found after a restart', async () => {
  const first = await startEthereum({ directory });
  const height = await first.chain.request<string>('eth_blockNumber');
  const block = await first.chain.request('eth_getBlockByNumber', ['0x3', true]);
  expect(await read(first, 'SettlementToken', 'owner')).toBe(devAccount(devAccountOf.northwind).address);
  expect(await read(first, 'HarbourGovernor', 'timelock')).toBe(first.contracts.HarbourTimelock.address);
  expect(await read(first, 'TradeFinance', 'token')).toBe(first.contracts.SettlementToken.address);
  await first.close();

  const second = await startEthereum({ directory });
  expect(second.contracts).toEqual(first.contracts);
  expect(await second.chain.request('eth_blockNumber')).toBe(height);
  expect(await second.chain.request('eth_getBlockByNumber', ['0x3', true])).toEqual(block);
  await second.close();
});

test('a node that a killed starter left behind is ended before another takes its state', async () => {
  const first = await startEthereum({ directory });
  const height = await first.chain.mine(3);
  const second = await startEthereum({ directory });
  await expect(first.ended).resolves.toMatch(/exit code|signal/);
  expect(Number(await second.chain.request<string>('eth_blockNumber'))).toBe(height);
  await second.close();
});

test('a chain that was stopped and started again is the same chain from its first block, and goes on from now', async () => {
  const kept = await mkdtemp(join(directory, 'kept-'));
  const seen: unknown[] = [];
  // Anvil makes a genesis block at each start; a second of difference made it another block.
  for (let start = 0; start < 3; start += 1) {
    const world = await startEthereum({ directory: kept });
    seen.push(await world.chain.request('eth_getBlockByNumber', ['0x0', false]));
    const height = await world.chain.mine(1);
    const mined = await world.chain.request<{ timestamp: string }>('eth_getBlockByNumber', [
      `0x${height.toString(16)}`,
      false,
    ]);
    expect(Math.abs(Number(mined.timestamp) - Date.now() / 1000)).toBeLessThan(30);
    await world.close();
    await new Promise((resolve) => setTimeout(resolve, 1_100));
  }
  expect(seen[1]).toEqual(seen[0]);
  expect(seen[2]).toEqual(seen[0]);
});
