import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { grantScope } from '../../../src/model/scope.js';
import { ETHEREUM_LEDGER, FABRIC_LEDGER } from '../../support/blocks.js';
import { everything, fill, OTHER_LEDGER, type Filled } from '../../support/filledStore.js';
import { happenedIn, type Told } from '../../support/storeOracle.js';
import type { Fresh } from '../store.contract.js';

/** Lookups by key: any number at once, answered in the keys' order. */
export function keyedReads(fresh: Fresh): void {
  describe('lookups', () => {
    let filled: Filled;
    beforeAll(async () => {
      filled = await fill(await fresh(), 30);
    });
    afterAll(() => filled.store.close());
    const nowhere = { ledger: ETHEREUM_LEDGER, hash: '0x00' };
    const some = (): Told[] => filled.told.filter((_, at) => at % 3 === 0).reverse();

    test('of blocks by hash, of every branch, and by number, of the chain', async () => {
      const told = some();
      const keys = told.map(({ block: { ledger, hash } }) => ({ ledger, hash }));
      const rows = await filled.store.blocksByHash(everything, [...keys, nowhere]);
      expect(rows.at(-1)).toBeNull();
      expect(rows.slice(0, -1).map((row) => [row?.hash, row?.parentHash, row?.timestampMs, row?.detail])).toEqual(
        told.map(({ block }) => [block.hash, block.parentHash, block.timestampMs, block.detail]),
      );
      expect(rows.slice(0, -1).map((row) => row?.confirmation === 'RETRACTED')).toEqual(
        told.map((one) => !one.canonical),
      );
      const canonical = told.filter((one) => one.canonical);
      const numbers = canonical.map(({ block: { ledger, number } }) => ({ ledger, number }));
      const byNumber = await filled.store.blocksByNumber(everything, [
        ...numbers,
        { ledger: FABRIC_LEDGER, number: 1e6 },
      ]);
      expect(byNumber.map((row) => row?.hash)).toEqual([...canonical.map(({ block }) => block.hash), undefined]);
    });

    test('of transactions by key, by place and by hash', async () => {
      const told = some().flatMap((one) => one.block.transactions.map((transaction) => ({ ...one, transaction })));
      const keys = told.map(({ block: { ledger, hash }, transaction: { index } }) => ({ ledger, hash, index }));
      const byKey = await filled.store.transactionsByKey(everything, [...keys, { ...nowhere, index: 0 }]);
      expect(
        byKey.map((row) => row && [row.hash, row.outcome, row.function, row.chaincode, row.parties, row.detail]),
      ).toEqual([
        ...told.map(({ transaction: one }) => [
          one.hash,
          one.outcome,
          one.function,
          one.chaincode,
          one.parties,
          one.detail,
        ]),
        null,
      ]);
      const canonical = told.filter((one) => one.canonical);
      const byPlace = await filled.store.transactionsByPlace(
        everything,
        canonical.map(({ block: { ledger, number }, transaction: { index } }) => ({ ledger, number, index })),
      );
      expect(byPlace.map((row) => row?.hash)).toEqual(canonical.map(({ transaction }) => transaction.hash));
      const hashes = told.map(({ block: { ledger }, transaction: { hash } }) => ({ ledger, hash }));
      const byHash = await filled.store.transactionsByHash(everything, [...hashes, nowhere]);
      expect(byHash.map((row) => row?.block.hash)).toEqual([...told.map(({ block }) => block.hash), undefined]);
    });

    test('of events by place in their block', async () => {
      const told = some().flatMap(({ block }) =>
        block.transactions.flatMap(({ index: transactionIndex, events }) =>
          events.map((event) => ({ block, transactionIndex, event })),
        ),
      );
      const fabric = (ledger: string): boolean => ledger === FABRIC_LEDGER;
      const rows = await filled.store.eventsByKey(
        everything,
        told.map(({ block: { ledger, hash }, transactionIndex, event: { index } }) => ({
          ...{ ledger, hash, index: fabric(ledger) ? transactionIndex : index },
        })),
      );
      expect(rows.map((row) => [row?.name, row?.address, row?.topics, row?.detail])).toEqual(
        told.map(({ event }) => [event.name, event.address, event.topics, event.detail]),
      );
      const whole = await filled.store.eventsByKey(
        everything,
        told.map(({ block: { ledger, hash }, transactionIndex, event: { index } }) => ({
          ledger,
          hash,
          transactionIndex,
          index,
        })),
      );
      expect(whole).toEqual(rows);
    });

    test('of nested lists, for many parents in one statement', async () => {
      const told = some();
      const blocks = told.map(({ block: { ledger, hash } }) => ({ ledger, hash }));
      const each = await filled.store.transactionsOfBlocks(everything, [...blocks, nowhere], {
        limit: 2,
        afterIndex: 0,
      });
      expect(each.map(({ rows, hasMore }) => [rows.map(({ hash }) => hash), hasMore])).toEqual([
        ...told.map(({ block }) => [
          block.transactions.slice(1, 3).map(({ hash }) => hash),
          block.transactions.length > 3,
        ]),
        [[], false],
      ]);
      const transactions = told.flatMap(({ block }) =>
        block.transactions.map((one) => ({
          block,
          one,
          key: { ledger: block.ledger, hash: block.hash, index: one.index },
        })),
      );
      const events = await filled.store.eventsOfTransactions(
        everything,
        transactions.map(({ key }) => key),
        { limit: 1, afterIndex: -1 },
      );
      expect(events.map(({ rows, hasMore }) => [rows.map(({ index }) => index), hasMore])).toEqual(
        transactions
          .map(({ one }) => happenedIn(one))
          .map((events) => [events.slice(0, 1).map(({ index }) => index), events.length > 1]),
      );
      const transfers = await filled.store.tokenTransfersOfTransactions(
        everything,
        transactions.map(({ key }) => key),
      );
      expect(
        transfers.map((rows) => rows.map(({ ledger, block, ...transfer }) => [ledger, block.hash, transfer])),
      ).toEqual(
        transactions.map(({ block, one }) =>
          block.tokenTransfers
            .filter(({ transactionIndex }) => transactionIndex === one.index)
            .map((transfer) => [block.ledger, block.hash, transfer]),
        ),
      );
    });

    test('a replayed transaction id is the first valid one', async () => {
      const { store } = filled;
      const last = filled.told.filter(({ block }) => block.ledger === OTHER_LEDGER).at(-1)?.block;
      const [first] = last?.transactions ?? [];
      if (last === undefined || first === undefined) throw new Error('no block');
      const replay = (index: number, outcome: 'FAILED' | 'SUCCEEDED') => ({
        ...first,
        index,
        hash: '0xreplayed',
        outcome,
        events: [],
      });
      const next = {
        ...{ ...last, number: last.number + 1, hash: `${last.hash}1`, parentHash: last.hash, tokenTransfers: [] },
        transactions: [replay(0, 'FAILED'), replay(1, 'SUCCEEDED'), replay(2, 'SUCCEEDED')],
      };
      await store.append([next], null);
      const [found] = await store.transactionsByHash(everything, [{ ledger: OTHER_LEDGER, hash: '0xreplayed' }]);
      expect(found).toMatchObject({ index: 1, outcome: 'SUCCEEDED' });
      await store.rewind(OTHER_LEDGER, { number: last.number, hash: last.hash });
      const [retracted] = await store.transactionsByHash(everything, [{ ledger: OTHER_LEDGER, hash: '0xreplayed' }]);
      expect(retracted).toMatchObject({ confirmation: 'RETRACTED' });
    });

    test('give nothing of a ledger outside the scope', async () => {
      const none = grantScope([FABRIC_LEDGER]);
      const block = filled.told[0]?.block;
      if (block === undefined) throw new Error('no block');
      const key = { ledger: block.ledger, hash: block.hash, index: 0 };
      expect(await filled.store.blocksByHash(none, [key])).toEqual([null]);
      expect(await filled.store.blocksByNumber(none, [{ ledger: block.ledger, number: 0 }])).toEqual([null]);
      expect(await filled.store.transactionsByKey(none, [key])).toEqual([null]);
      expect(await filled.store.transactionsByPlace(none, [{ ...key, number: 0 }])).toEqual([null]);
      expect(
        await filled.store.transactionsByHash(none, [{ ...key, hash: block.transactions[0]?.hash ?? '' }]),
      ).toEqual([null]);
      expect(await filled.store.eventsByKey(none, [key])).toEqual([null]);
      expect(await filled.store.transactionsOfBlocks(none, [key], { limit: 5, afterIndex: -1 })).toEqual([
        { rows: [], hasMore: false },
      ]);
      expect((await filled.store.ledgers(none)).map(({ id }) => id)).toEqual([FABRIC_LEDGER]);
      expect(await filled.store.ledgers(grantScope([]))).toEqual([]);
    });
  });
}
