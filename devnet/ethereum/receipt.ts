import { setTimeout as delay } from 'node:timers/promises';
import { RpcError } from './jsonRpc.js';
import type { TestChain } from './testChain.js';

export interface Receipt {
  readonly transactionHash: string;
  /** `0x1`, or `0x0` where it reverted. */
  readonly status: string;
  readonly type: string;
  readonly blockHash: string;
  readonly blockNumber: string;
  readonly contractAddress: string | null;
}

const POLL_MS = 20;
const TIMEOUT_MS = 15_000;

/** Waits until a transaction is in a block. A node that says it is still indexing has not said no. */
export async function waitForReceipt(chain: Pick<TestChain, 'request'>, hash: string): Promise<Receipt> {
  const deadline = Date.now() + TIMEOUT_MS;
  while (Date.now() < deadline) {
    const receipt = await chain.request<Receipt | null>('eth_getTransactionReceipt', [hash]).catch(whileIndexing);
    if (receipt !== null) return receipt;
    await delay(POLL_MS);
  }
  throw new Error(`Transaction ${hash} is in no block after ${TIMEOUT_MS} ms`);
}

function whileIndexing(error: unknown): null {
  if (error instanceof RpcError && error.message.includes('indexing is in progress')) return null;
  throw error;
}
