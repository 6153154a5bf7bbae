import { describe, expect, test } from '@jest/globals';
import { rebuildLedger } from '../../../src/ingest/index.js';
import { grantScope } from '../../../src/model/scope.js';
import type { DerivedRow, Store, StoredBlock } from '../../../src/store/store.js';
import { ETHEREUM_LEDGER, FABRIC_LEDGER, makeChain } from '../../support/blocks.js';
import { ethereumPlan, everything, fabricPlan, fill } from '../../support/filledStore.js';
import { ModelLedger } from '../../support/modelLedger.js';
import type { Fresh } from '../store.contract.js';

const sorted = (blocks: readonly StoredBlock[]): [string, DerivedRow[]][] =>
  blocks.map(({ hash, rows }) => [hash, [...rows].sort((a, b) => (a.table + a.key < b.table + b.key ? -1 : 1))]);

async function everyRow(store: Store): Promise<unknown> {
  return [
    sorted(await store.storedBlocks(ETHEREUM_LEDGER, 0, 100)),
    sorted(await store.retractedBlocks(ETHEREUM_LEDGER, -1, 100)),
    sorted(await store.storedBlocks(FABRIC_LEDGER, 0, 100)),
    await store.ledgers(everything),
    await store.memberships(everything),
  ];
}

/** Everything derived again from the raw blocks. */
export function rebuilds(fresh: Fresh): void {
  describe('rebuild', () => {
    const { signal } = new AbortController();
    const chain = new ModelLedger({ plan: ethereumPlan, reorgBound: 20 }, 1);
    const channel = new ModelLedger({ plan: fabricPlan, reorgBound: 0 }, 1);

    test('gives the same rows, of retracted blocks too', async () => {
      const { store } = await fill(await fresh(), 30);
      const before = await everyRow(store);
      for (const ledger of [chain, channel]) {
        const result = await rebuildLedger({ ledger, store, signal });
        expect(result.finished).toBe(true);
        expect(await store.contradictions(ledger.id)).toEqual([]);
      }
      expect(await everyRow(store)).toEqual(before);
      await store.close();
    });

    test('goes on after it was cut short, and keeps writers away meanwhile', async () => {
      const { store, told } = await fill(await fresh(), 30);
      const before = await everyRow(store);
      await store.clearDerived(ETHEREUM_LEDGER);
      const [first, second] = await store.keptBlocks(ETHEREUM_LEDGER, -1, 2);
      if (first === undefined || second === undefined) throw new Error('no raw blocks');
      const decoder = chain.decoder();
      await store.rederive([decoder.decode(first), decoder.decode(second)]);
      expect(await store.rebuilding(ETHEREUM_LEDGER)).toMatchObject({ sequence: 1, done: 2, total: 36 });
      const next = makeChain(ethereumPlan, 1, { on: told.find(({ block }) => block.number === 1)?.block ?? null });
      await expect(store.append(next, null)).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
      await expect(store.rewind(ETHEREUM_LEDGER, null)).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
      await expect(store.finishRebuild(ETHEREUM_LEDGER)).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
      expect((await store.contradictions(ETHEREUM_LEDGER)).map(({ column }) => column)).toContain('rebuild_seq');
      await rebuildLedger({ ledger: chain, store, signal });
      expect(await everyRow(store)).toEqual(before);
      await store.close();
    });

    test('a ledger is forgotten whole, beside another that is not, and read anew', async () => {
      const { store } = await fill(await fresh(), 30);
      const [, , channelBlocks] = (await everyRow(store)) as unknown[];
      await store.clearDerived(ETHEREUM_LEDGER);
      await store.forgetLedger(ETHEREUM_LEDGER);
      expect(await store.keptBlocks(ETHEREUM_LEDGER, -1, 10)).toEqual([]);
      expect(await store.contradictions(ETHEREUM_LEDGER)).toEqual([]);
      const [row] = await store.ledgers(grantScope([ETHEREUM_LEDGER]));
      expect(row).toMatchObject({ tip: null, finalized: -1, safe: -1, head: null });
      expect(sorted(await store.storedBlocks(FABRIC_LEDGER, 0, 100))).toEqual(channelBlocks);
      // Another chain under the same id, and another first block.
      const anew = makeChain({ ...ethereumPlan, seed: 99 }, 3);
      await store.append(anew, null);
      expect(await store.contradictions(ETHEREUM_LEDGER)).toEqual([]);
      expect((await store.refs(ETHEREUM_LEDGER, 0, 10)).map(({ hash }) => hash)).toEqual(
        anew.map(({ hash }) => hash).reverse(),
      );
      await store.close();
    });
  });
}
