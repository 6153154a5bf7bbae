import { expect, test } from '@jest/globals';
import type { DecodedBlock, DecodedTransaction } from '../../../src/model/block.js';
import { openStore } from '../../../src/store/index.js';
import type { PageRequest } from '../../../src/store/store.js';
import { FABRIC_LEDGER, makeChain } from '../../support/blocks.js';
import { declareAll, everything, fabricPlan } from '../../support/filledStore.js';
import type { Fresh } from '../store.contract.js';

const hostile = [
  '\u0000',
  'a\u0000b',
  '\uE000',
  '\uE0000',
  "'; drop table block; --",
  '€',
  '𝒳',
  '\ud800',
  'x'.repeat(5000),
  '%_\\',
];

/** Anybody who may write to a channel chooses names in its blocks. */
export function hostileText(fresh: Fresh): void {
  test('holds whatever a block says, and finds it again', async () => {
    const store = await openStore(await fresh());
    await declareAll(store);
    const chain = makeChain(fabricPlan, 3);
    const last = chain[2];
    const model = last?.transactions[0];
    if (last === undefined || model === undefined) throw new Error('no block');
    const transactions = hostile.map((text, index): DecodedTransaction => ({
      ...{ ...model, index, hash: `${text}${index}`, chaincode: text, function: text },
      parties: [{ nativeId: text, role: 'CREATOR' }],
      events: [
        {
          index: 0,
          name: text,
          chaincode: text,
          address: null,
          topics: [],
          detail: { kind: 'fabric', chaincode: text, payload: '' },
        },
      ],
      // A client claims any time.
      timestampMs: [9e21, -9e21, NaN, 8.64e15, null, 0][index % 6] ?? null,
    }));
    const block: DecodedBlock = {
      ...last,
      number: 3,
      hash: 'b'.repeat(64),
      parentHash: last.hash,
      transactions,
      lifecycle: [],
    };
    await store.append([...chain, block], null);
    const page: PageRequest = {
      limit: 5,
      towards: 'forward',
      after: null,
      before: null,
      snapshot: { [FABRIC_LEDGER]: 9 },
      order: { field: 'TIMESTAMP', direction: 'DESC' },
    };
    for (const [index, text] of hostile.entries()) {
      const about = `${index}: ${text.slice(0, 20)}`;
      const wellFormed = text.toWellFormed();
      const byFunction = await store.transactions(everything, { functions: [text] }, page);
      expect([about, byFunction.rows.map((row) => row.index)]).toEqual([about, [index]]);
      if (text.length < 200) expect(byFunction.rows[0]?.function).toBe(wellFormed);
      expect(byFunction.rows[0]?.parties).toEqual(transactions[index]?.parties);
      const byParty = await store.transactions(
        everything,
        { parties: [{ ledger: FABRIC_LEDGER, nativeId: text }] },
        page,
      );
      expect([about, byParty.rows.map((row) => row.index)]).toEqual([about, [index]]);
      const [byHash] = await store.transactionsByHash(everything, [{ ledger: FABRIC_LEDGER, hash: `${text}${index}` }]);
      expect([about, byHash?.index]).toEqual([about, index]);
      const events = await store.events(everything, { names: [text] }, page);
      expect([about, events.rows.map((row) => row.transactionIndex)]).toEqual([about, [index]]);
    }
    const [stored] = await store.storedBlocks(FABRIC_LEDGER, 3, 3);
    for (const row of store.expectedRows(block, true)) expect(stored?.rows).toContainEqual(row);
    expect(await store.blocksByHash(everything, [{ ledger: FABRIC_LEDGER, hash: '\u0000' }])).toEqual([null]);
    await store.close();
  });
}
