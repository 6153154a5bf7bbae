import { describe, expect, test } from '@jest/globals';
import { grantScope } from '../../../src/model/scope.js';
import { openReader, openStore } from '../../../src/store/index.js';
import { makeChain } from '../../support/blocks.js';
import { declareAll, ethereumPlan, everything, fabricPlan, otherPlan } from '../../support/filledStore.js';
import type { Fresh } from '../store.contract.js';

export function concurrency(fresh: Fresh): void {
  describe('concurrency', () => {
    test('each ledger has a writer of its own, and readers see whole transactions', async () => {
      const url = await fresh();
      const first = await openStore(url);
      await declareAll(first);
      const reader = await openReader(url);
      let writing = true;
      const write = async (plan: typeof ethereumPlan): Promise<void> => {
        const store = await openStore(url);
        const chain = makeChain(plan, 40);
        for (let at = 0; at < 40; at += 4) {
          await store.append(chain.slice(at, at + 4), null);
          // SQLite answers without leaving the thread: readers of this one get their turn.
          await new Promise((resolve) => setImmediate(resolve));
        }
        await store.close();
      };
      const read = async (): Promise<number> => {
        let reads = 0;
        for (; writing; reads += 1) {
          for (const { id, tip } of await reader.ledgers(everything)) {
            if (tip === null) continue;
            // What a checkpoint names is there with all of its transaction.
            expect(tip.number % 4).toBe(3);
            expect(await reader.blocksByHash(everything, [{ ledger: id, hash: tip.hash }])).not.toContain(null);
          }
          await new Promise((resolve) => setImmediate(resolve));
        }
        return reads;
      };
      const reads = read();
      await Promise.all([ethereumPlan, otherPlan, fabricPlan].map(write));
      writing = false;
      expect(await reads).toBeGreaterThan(3);
      for (const id of everything.ledgers) expect(await first.contradictions(id)).toEqual([]);
      await reader.close();
      await first.close();
    });

    test('what a reader was told is another answer as soon as another connection has committed, for each scope its own', async () => {
      const url = await fresh();
      const store = await openStore(url);
      await declareAll(store);
      const reader = await openReader(url);
      const tips = async (scope = everything): Promise<readonly (number | undefined)[]> =>
        (await reader.ledgers(scope)).map(({ tip }) => tip?.number);
      const members = async (scope = everything): Promise<readonly string[]> =>
        (await reader.memberships(scope)).map(({ ledger }) => ledger);
      expect([await tips(), await tips()]).toEqual(Array(2).fill([undefined, undefined, undefined]));
      expect(await members()).toEqual([]);
      const chain = makeChain(fabricPlan, 6);
      for (const block of chain) {
        await store.append([block], null);
        expect((await tips()).filter((number) => number !== undefined)).toEqual([block.number]);
        expect(await tips()).toEqual(await tips());
      }
      expect(new Set(await members())).toEqual(new Set([fabricPlan.ledger]));
      const other = grantScope([otherPlan.ledger]);
      expect([await tips(other), await members(other)]).toEqual([[undefined], []]);
      expect(new Set(await members())).toEqual(new Set([fabricPlan.ledger]));
      await reader.close();
      await store.close();
    });

    test('two writers of one ledger cannot both append', async () => {
      const url = await fresh();
      const [a, b] = [await openStore(url), await openStore(url)];
      await declareAll(a);
      const chain = makeChain(ethereumPlan, 2);
      const results = await Promise.allSettled([a.append(chain, null), b.append(chain, null)]);
      expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      await a.close();
      await b.close();
    });
  });
}
