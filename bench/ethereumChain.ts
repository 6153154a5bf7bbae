import { Pool } from 'undici';
import type { TestChain } from '../devnet/ethereum/index.js';

/** Of a block that `fillChain` makes: 10 transactions, of which seven emit two transfers and three emit three. */
export const TRANSFERS_A_BLOCK = 23;
/** The first two blocks hold the contracts; the measured range begins after them. */
export const FIRST_BLOCK = 3;

const SENT_AHEAD_BLOCKS = 8;

/** Fills an empty chain that mines when told to: `blocks` blocks of 10 transactions and 23 logs each, from `FIRST_BLOCK` on. */
export async function fillChain(chain: TestChain, blocks: number): Promise<void> {
  const accounts = await chain.request<string[]>('eth_accounts');
  const [from = ''] = accounts;
  const contracts: string[] = [];
  for (const logs of [2, 3]) {
    const hash = await chain.request<string>('eth_sendTransaction', [{ from, data: emitter(logs), gas: '0x100000' }]);
    await chain.mine();
    const receipt = await chain.request<{ contractAddress: string }>('eth_getTransactionReceipt', [hash]);
    contracts.push(receipt.contractAddress);
  }
  const [two = '', three = ''] = contracts;
  const calls = [...new Array<string>(7).fill(two), ...new Array<string>(3).fill(three)];
  const fees = { gas: '0x186a0', maxFeePerGas: '0x77359400', maxPriorityFeePerGas: '0x0' };
  const sends = calls.map((to, i) => ({
    ...{ method: 'eth_sendTransaction', params: [{ from: accounts[i], to, ...fees }] },
  }));
  const pool = new Pool(chain.rpc, { connections: SENT_AHEAD_BLOCKS });
  for (let block = 0; block < blocks; block += 1) {
    await ask(pool, sends);
    await ask(pool, [{ method: 'evm_mine', params: [] }]);
  }
  await pool.destroy();
}

interface Call {
  readonly method: string;
  readonly params: readonly unknown[];
}

async function ask(pool: Pool, calls: readonly Call[]): Promise<void> {
  const { body } = await pool.request({
    ...{ method: 'POST', path: '/', headers: { 'content-type': 'application/json' } },
    body: JSON.stringify(calls.map((call, id) => ({ jsonrpc: '2.0', id, ...call }))),
  });
  const answers = (await body.json()) as readonly { readonly error?: { readonly message: string } }[];
  const failed = answers.find(({ error }) => error !== undefined);
  if (failed !== undefined || answers.length !== calls.length) {
    throw new Error(`The chain could not be filled: ${failed?.error?.message ?? 'an answer is missing'}`);
  }
}

/** A contract whose every call emits this many ERC-20 transfers. */
function emitter(logs: number): string {
  const transfer = 'ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef';
  const log = `73${'11'.repeat(20)}337f${transfer}60205fa3`;
  const runtime = `6103e85f52${log.repeat(logs)}00`;
  const size = (runtime.length / 2).toString(16).padStart(4, '0');
  return `0x61${size}80600a5f395ff3${runtime}`;
}
