import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { TestChain } from '../../../devnet/ethereum/index.js';
import { createEthereumLedger, type EthereumOptions } from '../../../src/ledgers/ethereum/index.js';
import type { EthereumLedger } from '../../../src/ledgers/ledger.js';
import { Reconciler } from '../../support/ethereum/reconciler.js';
import { ledgerOptions } from '../ethereumWorld.js';

/** What following must show of reorganisations, however a node announces them. */
export function reorgContract(name: string, startChain: () => Promise<TestChain>, canShrink: boolean): void {
  describe.each([
    ['heads announced', {}],
    ['heads polled', { ws: null }],
  ])(`Reorganisations on ${name}, %s`, (_, options: Partial<EthereumOptions>) => {
    let chain: TestChain;
    let ledger: EthereumLedger;
    /** The head when a test begins. */
    let start: number;

    beforeAll(async () => {
      chain = await startChain();
      await produce(chain, 14);
    }, 240_000);
    afterAll(() => chain.close());
    beforeEach(async () => {
      start = await produce(chain, 1);
      ledger = createEthereumLedger({ ...ledgerOptions(chain), ...options });
    });
    afterEach(() => ledger.close());

    /** Follows to the head, lets something happen, and follows to the head that came of it. */
    const through = async (happen: () => Promise<unknown>): Promise<Reconciler> => {
      const seen = new Reconciler(ledger);
      await seen.until(({ tip }) => tip?.number === start);
      await seen.through(happen);
      await expectCanonical(chain, seen);
      return seen;
    };

    test.each([
      [1, 1],
      [1, 2],
      [3, 3],
      [3, 4],
      [6, 12],
      [12, 13],
    ])('%i blocks give way to %i others while following', async (depth, length) => {
      const seen = await through(() => chain.reorg(depth, length));
      expect(seen.takenBack.map(({ number }) => number)).toEqual(Array.from({ length: depth }, (_, i) => start - i));
    });

    test('one after the other', async () => {
      const seen = await through(async () => {
        await chain.reorg(2);
        await chain.reorg(4);
        await produce(chain, 2);
        return chain.reorg(3);
      });
      expect(seen.takenBack.length).toBeGreaterThanOrEqual(3);
    });

    test('while nobody follows', async () => {
      const seen = new Reconciler(ledger);
      await seen.until(({ tip }) => tip?.number === start);
      const head = await chain.reorg(6, 8);
      await seen.until(({ tip }) => tip?.number === head);
      expect(seen.takenBack.length).toBe(6);
      await expectCanonical(chain, seen);
    });

    test('to the same height while nobody follows', async () => {
      const seen = new Reconciler(ledger);
      await seen.until(({ tip }) => tip?.number === start);
      await chain.reorg(4, 4);
      const [now] = [await ledger.head()];
      await seen.until(({ tip }) => tip?.hash === now?.hash);
      expect(seen.takenBack.length).toBe(4);
      await expectCanonical(chain, seen);
    });

    test('to the same height, before anything new was shown', async () => {
      const seen = new Reconciler(ledger);
      await seen.until(({ tip }) => tip?.number === start);
      // Following begins anew at the tip, and shows nothing until this happens.
      const stop = AbortSignal.timeout(60_000);
      const shown: number[] = [];
      for await (const item of ledger.follow(start + 1, stop)) {
        if (item.kind === 'block') shown.push(item.block.number);
        else if (shown.length === 0) await chain.reorg(2, 2);
        if (shown.length > 0) break;
      }
      expect(shown).toEqual([start]);
    });

    test('in the middle of a back-fill', async () => {
      const seen = new Reconciler(ledger);
      await seen.through(async () => {
        await new Promise((resolve) => setTimeout(resolve, 100));
        await chain.reorg(10, 11);
      }, 15);
      await expectCanonical(chain, seen);
      expect(seen.canonical.length).toBe(start + 2);
    });

    test('under the branch of another', async () => {
      const seen = await through(async () => {
        await chain.reorg(2, 3);
        return chain.reorg(5, 6);
      });
      expect(seen.canonical.length).toBe((await ledger.head()).number + 1);
    });

    // Anvil replaces every block that it takes back.
    if (canShrink)
      test('to a lower height', async () => {
        const seen = new Reconciler(ledger);
        await seen.until(({ tip }) => tip?.number === start);
        const lower = await chain.reorg(5, 3);
        expect(lower).toBe(start - 2);
        await seen.until(({ tip }) => tip?.number === lower);
        await produce(chain, 4);
        await seen.until(({ tip }) => tip?.number === lower + 4);
        expect(seen.takenBack.length).toBe(5);
        await expectCanonical(chain, seen);
      });

    test('finality is told as it moves', async () => {
      const seen = new Reconciler(ledger);
      await seen.until(({ tip }) => tip?.number === start);
      await chain.finalize(start - 4);
      await seen.until(({ heads }) => (heads.at(-1)?.finalized ?? -1) >= start - 4);
      const last = seen.heads.at(-1);
      expect(last?.safe).toBeGreaterThanOrEqual(last?.finalized ?? 0);
      for (const head of seen.heads) expect(head.finalized).toBeLessThanOrEqual(head.number);
    });

    test('finality by depth', async () => {
      const deep = createEthereumLedger({ ...ledgerOptions(chain), ...options, finality: { depth: 5 } });
      expect(await deep.head()).toMatchObject({ number: start, finalized: start - 5, safe: start - 5 });
      const deeper = createEthereumLedger({ ...ledgerOptions(chain), finality: { depth: 500 } });
      expect(await deeper.head()).toMatchObject({ number: start, finalized: -1, safe: -1 });
      await Promise.all([deep.close(), deeper.close()]);
    });
  });
}

async function produce(chain: TestChain, blocks: number): Promise<number> {
  for (let left = blocks; left > 0; left -= 1) {
    await chain.send({ from: 0, to: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8', value: 1n, gas: 21_000n });
    await chain.mine();
  }
  return Number(await chain.request<string>('eth_blockNumber'));
}

/** The hashes that were kept are those of the node's own chain. */
async function expectCanonical(chain: TestChain, seen: Reconciler): Promise<void> {
  const hashes = await Promise.all(
    seen.canonical.map(async ({ number }) => {
      const block = await chain.request<{ hash: string }>('eth_getBlockByNumber', [`0x${number.toString(16)}`, false]);
      return block.hash;
    }),
  );
  expect(seen.canonical.map(({ hash }) => hash)).toEqual(hashes);
}
