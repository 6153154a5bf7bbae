import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { devAccount } from '../../../devnet/ethereum/devAccounts.js';
import type { TestChain } from '../../../devnet/ethereum/testChain.js';

interface Block {
  readonly number: string;
  readonly hash: string;
  readonly parentHash: string;
  readonly transactions: readonly string[];
}

interface Receipt {
  readonly status: string;
  readonly type: string;
  readonly blockHash: string;
  readonly contractAddress: string | null;
}

/** What every private chain that tests drive must do, whatever node is behind it. */
export function testChainContract(name: string, start: () => Promise<TestChain>): void {
  describe(`test chain on ${name}`, () => {
    let chain: TestChain;
    const block = (tag: string): Promise<Block> => chain.request<Block>('eth_getBlockByNumber', [tag, false]);
    const hex = (number: number): string => `0x${number.toString(16)}`;
    const receiptOf = async (hash: string): Promise<Receipt> => {
      for (let attempt = 0; attempt < 50; attempt += 1) {
        // geth says "transaction indexing is in progress" for a fresh receipt: not yet, not never.
        const receipt = await chain.request<Receipt | null>('eth_getTransactionReceipt', [hash]).catch(() => null);
        if (receipt !== null) return receipt;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      throw new Error(`no receipt for ${hash}`);
    };

    beforeAll(async () => {
      chain = await start();
    });
    afterAll(() => chain.close());

    test('mines blocks that link to each other', async () => {
      const before = await block('latest');
      const head = await chain.mine(3);
      expect(head).toBe(Number(before.number) + 3);
      const first = await block(hex(head - 2));
      expect(first.parentHash).toBe(before.hash);
    });

    test.each([0, 1, 2, 3] as const)('mines a transaction of type %i', async (type) => {
      const hash = await chain.send({ from: 1, to: devAccount(2).address, value: 1n, type });
      await chain.mine();
      expect(await receiptOf(hash)).toMatchObject({ status: '0x1', type: hex(type) });
    });

    test('mines a transaction of type 4 that gives an account code', async () => {
      const authorizations = [{ account: 4, address: devAccount(0).address }];
      const hash = await chain.send({ from: 1, to: devAccount(4).address, type: 4, authorizations });
      await chain.mine();
      expect(await receiptOf(hash)).toMatchObject({ status: '0x1', type: '0x4' });
      const code = await chain.request<string>('eth_getCode', [devAccount(4).address, 'latest']);
      expect(code).toBe(`0xef0100${devAccount(0).address.slice(2).toLowerCase()}`);
    });

    test('mines a transaction that reverts when its gas is given', async () => {
      // PUSH0 PUSH0 REVERT as creation code
      const hash = await chain.send({ from: 2, data: '0x5f5ffd', gas: 200_000n });
      await chain.mine();
      expect(await receiptOf(hash)).toMatchObject({ status: '0x0' });
    });

    test('a reorganisation replaces the last blocks and forgets their transactions', async () => {
      await chain.mine(4);
      const hash = await chain.send({ from: 3, to: devAccount(1).address, value: 5n });
      const head = await chain.mine();
      const old = await block('latest');
      const fork = await block(hex(head - 3));
      expect(await chain.reorg(3)).toBe(head + 1);
      const replaced = await block(hex(head));
      expect(replaced.hash).not.toBe(old.hash);
      expect((await block(hex(head - 3))).hash).toBe(fork.hash);
      expect((await block(hex(head - 2))).parentHash).toBe(fork.hash);
      expect(replaced.transactions).not.toContain(hash);
    });

    test('a reorganisation may be deep', async () => {
      const head = await chain.mine(40);
      expect(await chain.reorg(40, 41)).toBe(head + 1);
    });

    test('finalize makes a block final', async () => {
      const head = await chain.mine(2);
      await chain.finalize(head);
      expect(Number((await block('finalized')).number)).toBeGreaterThanOrEqual(head);
      expect(Number((await block('safe')).number)).toBeGreaterThanOrEqual(head);
    });
  });
}
