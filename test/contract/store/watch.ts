import { describe, expect, test } from '@jest/globals';
import { openStore, watchOutbox } from '../../../src/store/index.js';
import { ETHEREUM_LEDGER, makeChain } from '../../support/blocks.js';
import { declareAll, ethereumPlan } from '../../support/filledStore.js';
import type { Fresh } from '../store.contract.js';

/** The slow net wakes once a second: what comes sooner was told. */
const SOON_MS = 500;

export function watching(fresh: Fresh): void {
  describe('watching the outbox', () => {
    test('each write of another connection wakes soon; none does once closed', async () => {
      const url = await fresh();
      const store = await openStore(url);
      await declareAll(store);
      let woken = (): void => undefined;
      let wakes = 0;
      const watch = watchOutbox(url, () => {
        wakes += 1;
        woken();
      });
      // Connected; a file says nothing of that.
      if (url.startsWith('postgres')) await new Promise<void>((resolve) => (woken = resolve));
      const chain = makeChain(ethereumPlan, 12);
      const delays: number[] = [];
      for (const block of chain) {
        const wake = new Promise<void>((resolve) => (woken = resolve));
        await store.append([block], null);
        const since = performance.now();
        await wake;
        delays.push(performance.now() - since);
      }
      // The net may have come in between once or twice; it cannot have been all of them.
      expect(delays.filter((ms) => ms < SOON_MS).length).toBeGreaterThanOrEqual(10);
      const rewound = new Promise<void>((resolve) => (woken = resolve));
      await store.rewind(ETHEREUM_LEDGER, null);
      await rewound;
      await watch.close();
      const before = wakes;
      await store.append(chain.slice(0, 1), null);
      await new Promise((resolve) => setTimeout(resolve, 60));
      expect(wakes).toBe(before);
      await store.close();
    });
  });
}
