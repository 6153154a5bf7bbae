import { afterEach, describe, expect, test } from '@jest/globals';
import type { DecodedBlock } from '../../../src/model/block.js';
import { openStore } from '../../../src/store/index.js';
import type { DerivedRow, Store } from '../../../src/store/store.js';
import { ETHEREUM_LEDGER, FABRIC_LEDGER, makeBlock, makeChain } from '../../support/blocks.js';
import { declareAll, ethereumPlan, everything, fabricPlan, headAt } from '../../support/filledStore.js';
import type { Fresh } from '../store.contract.js';

const refOf = (block: DecodedBlock | undefined) => {
  if (block === undefined) throw new Error('no such block');
  return { number: block.number, hash: block.hash };
};

/** Append and rewind, do and undo. */
export function chainOfBlocks(fresh: Fresh): void {
  describe('chain', () => {
    let store: Store;
    const open = async (): Promise<Store> => {
      store = await openStore(await fresh());
      await declareAll(store);
      return store;
    };
    const rows = async (ledger = ETHEREUM_LEDGER): Promise<DerivedRow[]> => {
      const found: DerivedRow[] = [];
      for await (const row of store.rowsOfBlocks(ledger, 0, 1000)) found.push(row);
      return found.sort((a, b) =>
        JSON.stringify([a.table, a.block, a.key]) < JSON.stringify([b.table, b.block, b.key]) ? -1 : 1,
      );
    };
    const ledgerRow = async () => (await store.ledgers(everything)).find(({ id }) => id === ETHEREUM_LEDGER);
    afterEach(() => store.close());

    test('holds what was appended, row by row, and says where it stands', async () => {
      await open();
      const chain = makeChain(ethereumPlan, 12);
      await store.append(chain.slice(0, 5), null);
      await store.append(chain.slice(5), headAt(makeBlock(ethereumPlan, chain.at(-1) ?? null), 3));
      const expected = chain.flatMap((block) => store.expectedRows(block, true));
      const held = await rows();
      expect(held).toHaveLength(expected.length);
      for (const row of expected) expect(held).toContainEqual(row);
      expect(await ledgerRow()).toMatchObject({
        ...{ tip: refOf(chain[11]), tipTimestampMs: chain[11]?.timestampMs, finalized: 3, safe: 3, startBlock: 0 },
        head: { number: 12 },
      });
      expect(await store.contradictions(ETHEREUM_LEDGER)).toEqual([]);
    });

    test('keeps the raw bytes as they were', async () => {
      await open();
      const chain = makeChain(fabricPlan, 70);
      await store.append(chain, null);
      let at = 0;
      for await (const raw of store.rawBlocks(FABRIC_LEDGER, 0, 69)) {
        expect(Buffer.compare(raw.bytes, chain[at]?.bytes ?? Buffer.of())).toBe(0);
        at += 1;
      }
      expect(at).toBe(70);
    });

    test('refuses a block that does not follow the tip, and writes nothing of it', async () => {
      await open();
      const chain = makeChain(ethereumPlan, 4);
      await store.append(chain.slice(0, 2), null);
      const before = await rows();
      const stranger = makeChain(ethereumPlan, 3, { branch: 'other' }).slice(2);
      for (const wrong of [chain.slice(3), stranger, chain.slice(0, 1), [...chain.slice(2, 3), ...chain.slice(2, 3)]]) {
        await expect(store.append(wrong, null)).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
      }
      expect(await rows()).toEqual(before);
    });

    test('begins at the configured block, whatever its parent', async () => {
      await open();
      const chain = makeChain(ethereumPlan, 4);
      await store.declare({ id: ETHEREUM_LEDGER, kind: 'ethereum', name: 'later', startBlock: 2 });
      await expect(store.append(chain.slice(1), null)).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
      await store.append(chain.slice(2), null);
      expect((await ledgerRow())?.tip).toEqual(refOf(chain[3]));
      await expect(
        store.declare({ id: ETHEREUM_LEDGER, kind: 'ethereum', name: 'later', startBlock: 0 }),
      ).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    });

    test.each([
      ['a chain', ETHEREUM_LEDGER, ethereumPlan],
      ['a channel', FABRIC_LEDGER, fabricPlan],
    ] as const)('rewind undoes append and append does it again, on %s', async (_, ledger, plan) => {
      await open();
      const chain = makeChain(plan, 50);
      await store.append(chain.slice(0, 38), null);
      const before = await rows(ledger);
      const facts = async () => [
        await store.memberships(everything),
        await store.chaincodes(everything, [ledger]),
        await store.configs(everything, [ledger]),
        await store.approvals(everything, [ledger]),
      ];
      const factsBefore = await facts();
      await store.append(chain.slice(38), null);
      const after = await rows(ledger);
      const factsAfter = await facts();
      await store.rewind(ledger, refOf(chain[37]));
      expect(await rows(ledger)).toEqual(before);
      expect(await facts()).toEqual(factsBefore);
      expect((await store.retractedBlocks(ledger, -1, 100)).map(({ number }) => number)).toEqual(
        chain.slice(38).map(({ number }) => number),
      );
      expect(await store.contradictions(ledger)).toEqual([]);
      await store.append(chain.slice(38), null);
      expect(await rows(ledger)).toEqual(after);
      expect(await facts()).toEqual(factsAfter);
      expect(await store.retractedBlocks(ledger, -1, 100)).toEqual([]);
      expect(await store.contradictions(ledger)).toEqual([]);
    });

    test('takes everything back', async () => {
      await open();
      const chain = makeChain(ethereumPlan, 3);
      await store.append(chain, null);
      await store.rewind(ETHEREUM_LEDGER, null);
      expect((await ledgerRow())?.tip).toBeNull();
      await store.append(makeChain(ethereumPlan, 2, { branch: 'anew' }), null);
      expect(await store.contradictions(ETHEREUM_LEDGER)).toEqual([]);
    });

    test('refuses to return to a block that is not on the chain', async () => {
      await open();
      await store.append(makeChain(ethereumPlan, 3), null);
      const stranger = makeChain(ethereumPlan, 2, { branch: 'other' })[1];
      await expect(store.rewind(ETHEREUM_LEDGER, refOf(stranger))).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
    });

    test('finality moves forward only, and retracted blocks are forgotten behind the window', async () => {
      await open();
      const chain = makeChain(ethereumPlan, 10);
      await store.append(chain, null);
      await store.rewind(ETHEREUM_LEDGER, refOf(chain[6]));
      const branch = makeChain(ethereumPlan, 30, { on: chain[6], branch: 'b' });
      await store.append(branch, null);
      const last = branch.at(-1);
      if (last === undefined) throw new Error('no branch');
      await store.notice(ETHEREUM_LEDGER, headAt(last, 20), 28);
      // The one below the window leads to those inside.
      expect((await store.retractedBlocks(ETHEREUM_LEDGER, -1, 9)).map(({ number }) => number)).toEqual([7, 8, 9]);
      await store.notice(ETHEREUM_LEDGER, headAt(last, 11), 5);
      expect(await ledgerRow()).toMatchObject({ finalized: 20, safe: 20 });
      expect(await store.retractedBlocks(ETHEREUM_LEDGER, -1, 9)).toEqual([]);
      expect(await store.contradictions(ETHEREUM_LEDGER)).toEqual([]);
    });

    test('a kept block comes after its parent, also where only a part of a branch came back', async () => {
      await open();
      const chain = makeChain(ethereumPlan, 6);
      await store.append(chain, null);
      await store.rewind(ETHEREUM_LEDGER, refOf(chain[2]));
      const [three] = chain.slice(3, 4);
      const other = makeChain(ethereumPlan, 2, { on: chain[2], branch: 'b' });
      await store.append(other, null);
      await store.rewind(ETHEREUM_LEDGER, refOf(chain[2]));
      if (three === undefined) throw new Error('no block');
      const third = makeChain(ethereumPlan, 2, { on: three, branch: 'c' });
      await store.append([three, ...third], null);
      const order = (await store.keptBlocks(ETHEREUM_LEDGER, -1, 100)).map(({ hash }) => hash);
      expect(order).toEqual([...chain.slice(0, 3), ...other, ...chain.slice(3), ...third].map(({ hash }) => hash));
      expect(await store.contradictions(ETHEREUM_LEDGER)).toEqual([]);
      const branch = await store.branch(everything, ETHEREUM_LEDGER, chain[5]?.hash ?? '', 10);
      expect(branch.map(({ number, canonical }) => [number, canonical])).toEqual([
        [5, false],
        [4, false],
        [3, true],
      ]);
    });

    test('gives the refs of a range and the seed of the decoder', async () => {
      await open();
      const chain = makeChain(fabricPlan, 45);
      expect(await store.seed(FABRIC_LEDGER)).toEqual({ tip: null, config: null });
      await store.append(chain, null);
      expect(await store.refs(FABRIC_LEDGER, 42, 50)).toEqual([refOf(chain[44]), refOf(chain[43]), refOf(chain[42])]);
      const seed = await store.seed(FABRIC_LEDGER);
      expect(seed.tip).toEqual(refOf(chain[44]));
      expect(seed.config).toMatchObject(refOf(chain[40]));
      await store.rewind(FABRIC_LEDGER, refOf(chain[39]));
      expect((await store.seed(FABRIC_LEDGER)).config).toMatchObject(refOf(chain[0]));
    });

    test('keeps a secret', async () => {
      await open();
      const secret = await store.secret('cursors');
      expect(secret).toHaveLength(32);
      expect(await store.secret('cursors')).toEqual(secret);
      expect(await store.secret('other')).not.toEqual(secret);
    });
  });
}
