import { accounts } from '../../test/support/ethereumBlocks.js';
import { ETHEREUM_LEDGER, FABRIC_LEDGER } from '../../test/support/blocks.js';
import { grantScope } from '../../src/model/scope.js';
import type { LedgerRow, PageRequest, SortKey, StoreReader, TransactionRow } from '../../src/store/store.js';
import { ledgers } from './fill.js';

const PAGE = 50;
const MINUTE_MS = 60_000;
const DAY_MS = 1_440 * MINUTE_MS;
const scope = grantScope(ledgers.map(({ id }) => id));

/** One store and places in it that reads need: in its middle and at its end. */
export interface Sample {
  readonly reader: StoreReader;
  readonly snapshot: PageRequest['snapshot'];
  readonly middle: TransactionRow;
  readonly middleMs: number;
  readonly newestMs: number;
}

/** A read of the store, by what the graph asks for; gives the number of rows, which is compared with `expected`. */
export interface Read {
  readonly name: string;
  readonly expected: number | null;
  run(sample: Sample): Promise<number>;
}

const page = ({ snapshot }: Sample, changed: Partial<PageRequest> = {}): PageRequest => ({
  ...{ limit: PAGE, towards: 'forward', after: null, before: null, snapshot },
  ...{ order: { field: 'TIMESTAMP', direction: 'DESC' } },
  ...changed,
});

const placeOf = (row: TransactionRow, timestampMs: number): SortKey => ({
  ...{ timestampMs, ledger: row.ledger, block: row.block.number, blockHash: row.block.hash },
  ...{ transaction: row.index, event: -1 },
});

const account = { ledger: ETHEREUM_LEDGER, nativeId: accounts[7] ?? '' };
const creator = { ledger: FABRIC_LEDGER, nativeId: 'HarvestMSP' };

export const reads: readonly Read[] = [
  {
    ...{ name: 'page of 50, newest first', expected: PAGE },
    run: async (at) => (await at.reader.transactions(scope, {}, page(at))).rows.length,
  },
  {
    ...{ name: 'page of 50 behind a cursor in the middle', expected: PAGE },
    run: async (at) =>
      (await at.reader.transactions(scope, {}, page(at, { after: placeOf(at.middle, at.middleMs) }))).rows.length,
  },
  {
    ...{ name: 'page of 50, oldest first', expected: PAGE },
    run: async (at) =>
      (await at.reader.transactions(scope, {}, page(at, { order: { field: 'TIMESTAMP', direction: 'ASC' } }))).rows
        .length,
  },
  {
    ...{ name: 'page of 50 of two minutes in the middle', expected: PAGE },
    run: async (at) =>
      (
        await at.reader.transactions(
          scope,
          { time: { fromMs: at.middleMs - 2 * MINUTE_MS, toMs: at.middleMs + 1 } },
          page(at),
        )
      ).rows.length,
  },
  {
    ...{ name: 'page of 50 of an address', expected: PAGE },
    run: async (at) => (await at.reader.transactions(scope, { addresses: [account.nativeId] }, page(at))).rows.length,
  },
  {
    ...{ name: "page of 50 of an organisation's", expected: PAGE },
    run: async (at) => (await at.reader.transactions(scope, { parties: [creator] }, page(at))).rows.length,
  },
  {
    ...{ name: 'page of 50 of a function', expected: PAGE },
    run: async (at) => (await at.reader.transactions(scope, { functions: ['transfer'] }, page(at))).rows.length,
  },
  {
    ...{ name: 'page of 50 that failed', expected: PAGE },
    run: async (at) => (await at.reader.transactions(scope, { outcome: 'FAILED' }, page(at))).rows.length,
  },
  {
    ...{ name: 'page of 50 events of a name', expected: PAGE },
    run: async (at) => (await at.reader.events(scope, { names: ['Transfer'] }, page(at))).rows.length,
  },
  {
    ...{ name: 'one transaction by hash', expected: 1 },
    run: async ({ reader, middle }) =>
      (await reader.transactionsByHash(scope, [middle])).filter((row) => row !== null).length,
  },
  {
    ...{ name: 'blocks by number, 50', expected: PAGE },
    run: async ({ reader }) => {
      const keys = Array.from({ length: PAGE }, (_, number) => ({ ledger: ETHEREUM_LEDGER, number }));
      return (await reader.blocksByNumber(scope, keys)).filter((row) => row !== null).length;
    },
  },
  {
    ...{ name: 'search by the first 8 of a hash', expected: 1 },
    run: async ({ reader, middle }) =>
      (await reader.searchHashes(scope, middle.hash.slice(0, 10), 10)).transactions.length,
  },
  {
    ...{ name: 'tokens that an account holds', expected: null },
    run: async ({ reader }) => (await reader.tokensHeld(scope, [account])).flat().length,
  },
  {
    ...{ name: 'counts by minute of the last five minutes', expected: null },
    run: async ({ reader, newestMs }) =>
      (await reader.activity(scope, null, MINUTE_MS, { fromMs: newestMs - 5 * MINUTE_MS, toMs: newestMs })).length,
  },
  {
    ...{ name: 'counts by day of everything (reads every block)', expected: null },
    run: async ({ reader, newestMs }) =>
      (await reader.activity(scope, null, DAY_MS, { fromMs: 0, toMs: newestMs + 1 })).length,
  },
  {
    ...{ name: 'memberships', expected: null },
    run: async ({ reader }) => (await reader.memberships(scope)).length,
  },
];

/** Finds the places in a store. */
export async function sampleOf(reader: StoreReader): Promise<Sample> {
  const rows = await reader.ledgers(scope);
  const tips = rows.map(tipOf);
  const chain = tips.find(({ ledger }) => ledger === ETHEREUM_LEDGER);
  if (chain === undefined) throw new Error('The chain is not in the store');
  const [middle] = await reader.transactionsByPlace(scope, [
    { ledger: ETHEREUM_LEDGER, number: Math.floor(chain.number / 2), index: 50 },
  ]);
  if (middle?.timestampMs === undefined || middle.timestampMs === null) throw new Error('Nothing is in the middle');
  return {
    ...{ reader, middle, middleMs: middle.timestampMs },
    snapshot: Object.fromEntries(tips.map(({ ledger, number }) => [ledger, number])),
    newestMs: Math.max(...tips.map(({ timestampMs }) => timestampMs)),
  };
}

function tipOf({ id, tip, tipTimestampMs }: LedgerRow): { ledger: string; number: number; timestampMs: number } {
  if (tip === null || tipTimestampMs === null) throw new Error(`${id} is empty`);
  return { ledger: id, number: tip.number, timestampMs: tipTimestampMs };
}
