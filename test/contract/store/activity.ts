import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ETHEREUM_LEDGER, FABRIC_LEDGER } from '../../support/blocks.js';
import { everything, fill, type Filled } from '../../support/filledStore.js';
import { happenedIn } from '../../support/storeOracle.js';
import type { Fresh } from '../store.contract.js';

export function activityAndSearch(fresh: Fresh): void {
  describe('activity and search', () => {
    let filled: Filled;
    beforeAll(async () => {
      filled = await fill(await fresh(), 40);
    });
    afterAll(() => filled.store.close());
    const time = { fromMs: Date.UTC(2026, 0, 1, 0, 1), toMs: Date.UTC(2026, 0, 1, 0, 6) };

    test('counts canonical blocks and what they hold, bucket by bucket', async () => {
      const rows = await filled.store.activity(everything, [ETHEREUM_LEDGER, FABRIC_LEDGER], 60_000, time);
      for (const ledger of [ETHEREUM_LEDGER, FABRIC_LEDGER]) {
        for (let fromMs = time.fromMs; fromMs < time.toMs; fromMs += 60_000) {
          const blocks = filled.told
            .filter((one) => one.canonical && one.block.ledger === ledger)
            .map(({ block }) => block)
            .filter(
              ({ timestampMs }) => timestampMs !== null && timestampMs >= fromMs && timestampMs < fromMs + 60_000,
            );
          const transactions = blocks.flatMap((block) => block.transactions);
          const row = rows.find((one) => one.ledger === ledger && one.fromMs === fromMs);
          const counts = {
            ...{ ledger, fromMs, blocks: blocks.length, transactions: transactions.length },
            failed: transactions.filter(({ outcome }) => outcome === 'FAILED').length,
            events: transactions.flatMap(happenedIn).length,
          };
          expect(row).toEqual(blocks.length === 0 ? undefined : counts);
        }
      }
      expect(rows.length).toBeGreaterThan(5);
    });

    test('refuses more buckets than a chart has', async () => {
      await expect(
        filled.store.activity(everything, null, 60_000, { fromMs: 0, toMs: Date.UTC(2026, 0, 1) }),
      ).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
    });

    test('finds blocks and transactions by the beginning of their hash, with and without 0x', async () => {
      const block = filled.told[3]?.block;
      const transaction = block?.transactions[1];
      if (block === undefined || transaction === undefined) throw new Error('no block');
      const byBlock = await filled.store.searchHashes(everything, block.hash.slice(0, 14), 10);
      expect(byBlock.blocks.map(({ hash }) => hash)).toEqual([block.hash]);
      const byTransaction = await filled.store.searchHashes(everything, transaction.hash.slice(2, 16), 10);
      expect(byTransaction.transactions.map(({ hash }) => hash)).toEqual([transaction.hash]);
      const channel = filled.told.at(-1)?.block.hash ?? '';
      expect((await filled.store.searchHashes(everything, channel, 10)).blocks.map(({ hash }) => hash)).toEqual([
        channel,
      ]);
      expect((await filled.store.searchHashes(everything, '0x', 10)).blocks).toEqual([]);
      expect((await filled.store.searchHashes(everything, 'not a hash', 10)).transactions).toEqual([]);
      expect((await filled.store.searchHashes(everything, 'a', 3)).transactions).toHaveLength(3);
    });
  });
}
