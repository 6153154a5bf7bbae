import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { PageRequest } from '../../../src/store/store.js';
import { ETHEREUM_LEDGER } from '../../support/blocks.js';
import { accounts } from '../../support/ethereumBlocks.js';
import { everything, fill, type Filled } from '../../support/filledStore.js';
import type { Fresh } from '../store.contract.js';

/** However many keys are asked for: the same number of statements. */
export function constancy(fresh: Fresh): void {
  describe('constancy', () => {
    let filled: Filled;
    beforeAll(async () => {
      filled = await fill(await fresh(), 30);
    });
    afterAll(() => filled.store.close());

    test('the number of statements does not grow with the keys', async () => {
      const { store, told, snapshot } = filled;
      const page: PageRequest = {
        limit: 5,
        towards: 'forward',
        after: null,
        before: null,
        snapshot,
        order: { field: 'TIMESTAMP', direction: 'DESC' },
      };
      const each = { limit: 2, afterIndex: -1 };
      const keys = told.map(({ block: { ledger, hash, number } }) => ({ ledger, hash, number, index: 0 }));
      const parties = accounts.map((nativeId) => ({ ledger: ETHEREUM_LEDGER, nativeId }));
      const emitters = accounts.map((address) => ({ ledger: ETHEREUM_LEDGER, emitter: { address } }));
      const reads: Record<string, (count: number) => Promise<unknown>> = {
        blocksByHash: (n) => store.blocksByHash(everything, keys.slice(0, n)),
        blocksByNumber: (n) => store.blocksByNumber(everything, keys.slice(0, n)),
        transactionsByKey: (n) => store.transactionsByKey(everything, keys.slice(0, n)),
        transactionsByPlace: (n) => store.transactionsByPlace(everything, keys.slice(0, n)),
        transactionsByHash: (n) => store.transactionsByHash(everything, keys.slice(0, n)),
        transactionsOfBlocks: (n) => store.transactionsOfBlocks(everything, keys.slice(0, n), each),
        transactionsOfAddresses: (n) => store.transactionsOfAddresses(everything, parties.slice(0, n), page),
        eventsByKey: (n) => store.eventsByKey(everything, keys.slice(0, n)),
        eventsOfEmitters: (n) => store.eventsOfEmitters(everything, emitters.slice(0, n), page),
        eventsOfTransactions: (n) => store.eventsOfTransactions(everything, keys.slice(0, n), each),
        tokenTransfersOfTransactions: (n) => store.tokenTransfersOfTransactions(everything, keys.slice(0, n)),
        tokensHeld: (n) => store.tokensHeld(everything, parties.slice(0, n)),
        addressesKnown: (n) => store.addressesKnown(everything, parties.slice(0, n)),
        lists: (n) => store.transactions(everything, { functions: accounts.slice(0, n) }, page),
      };
      const counted: Record<string, readonly number[]> = {};
      for (const [name, read] of Object.entries(reads)) {
        const counts: number[] = [];
        for (const count of [2, 30]) {
          const before = store.statements;
          await read(count);
          counts.push(store.statements - before);
        }
        counted[name] = counts;
      }
      for (const [name, [few, many]] of Object.entries(counted)) expect([name, many]).toEqual([name, few]);
      expect(Math.max(...Object.values(counted).flat())).toBeLessThanOrEqual(2);
    });
  });
}
