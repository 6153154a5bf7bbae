import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openStore } from '../../../src/store/index.js';
import type { Store } from '../../../src/store/store.js';
import { ETHEREUM_LEDGER, FABRIC_LEDGER, makeChain } from '../../support/blocks.js';
import { declareAll, everything, fabricPlan } from '../../support/filledStore.js';
import type { Fresh } from '../store.contract.js';

const chain = makeChain(fabricPlan, 130);

/** Configurations, memberships and chaincodes of a channel. */
export function channelFacts(fresh: Fresh): void {
  describe('channel facts', () => {
    let store: Store;
    beforeAll(async () => {
      store = await openStore(await fresh());
      await declareAll(store);
      await store.append(chain, null);
    });
    afterAll(() => store.close());
    const ref = (number: number) => ({ number, hash: chain[number]?.hash });
    const at = (number: number) => chain[number]?.timestampMs;

    test('the configuration in force, and those before it, newest first', async () => {
      const [none, config] = await store.configs(everything, [ETHEREUM_LEDGER, FABRIC_LEDGER]);
      expect(none).toBeNull();
      expect(config).toEqual({ ledger: FABRIC_LEDGER, block: ref(120), timestampMs: at(120), ...chain[120]?.config });
      const first = await store.configHistory(everything, FABRIC_LEDGER, null, 3);
      expect([first.rows.map(({ block }) => block.number), first.hasMore]).toEqual([[120, 80, 40], true]);
      const rest = await store.configHistory(everything, FABRIC_LEDGER, 40, 3);
      expect([rest.rows.map(({ block }) => block.number), rest.hasMore]).toEqual([[0], false]);
    });

    test('memberships, with when they began and ended, and the block that says so', async () => {
      const rows = await store.memberships(everything);
      const harvest = {
        ledger: FABRIC_LEDGER,
        nativeId: 'HarvestMSP',
        role: 'MEMBER',
        status: 'ACTIVE',
        sinceMs: at(0),
      };
      expect(rows.find(({ nativeId }) => nativeId === 'HarvestMSP')).toEqual({
        ...harvest,
        untilMs: null,
        evidence: ref(0),
      });
      expect(rows.find(({ nativeId }) => nativeId === 'NorthwindMSP')).toMatchObject({
        ...{ status: 'REMOVED', sinceMs: at(80), untilMs: at(120), evidence: ref(120) },
      });
      expect(rows.find(({ nativeId }) => nativeId === 'OrdererMSP')).toMatchObject({
        role: 'ORDERER',
        status: 'ACTIVE',
      });
      expect(rows).toHaveLength(4);
    });

    test('chaincodes in force by name, and the newest approval of each organisation for each sequence', async () => {
      const [chaincodes] = await store.chaincodes(everything, [FABRIC_LEDGER]);
      expect(chaincodes?.map(({ definition: { name, sequence }, block }) => [name, sequence, block.number])).toEqual([
        ...[
          ['consortium', 4, 121],
          ['goods', 3, 81],
          ['invoices', 2, 41],
        ],
      ]);
      const [approvals] = await store.approvals(everything, [FABRIC_LEDGER]);
      const sequences = (name: string) =>
        approvals
          ?.filter(({ definition }) => definition.name === name)
          .map(({ mspId, definition: { sequence } }) => `${mspId} ${sequence}`);
      expect(sequences('consortium')).toEqual(['HarvestMSP 1', 'MeridianMSP 1', 'HarvestMSP 4', 'MeridianMSP 4']);
      expect(approvals?.find(({ definition }) => definition.sequence === 4)).toMatchObject({
        ...{ block: ref(121), transactionIndex: 0, timestampMs: chain[121]?.transactions[0]?.timestampMs ?? null },
      });
    });
  });
}
