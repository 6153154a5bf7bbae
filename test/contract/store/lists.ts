import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Confirmation } from '../../../src/model/finality.js';
import type {
  BlockCriteria,
  EventCriteria,
  EventRow,
  PageRequest,
  SortKey,
  TransactionCriteria,
  TransactionRow,
} from '../../../src/store/store.js';
import { ETHEREUM_LEDGER, FABRIC_LEDGER } from '../../support/blocks.js';
import { accounts, tokens, TRANSFER } from '../../support/ethereumBlocks.js';
import { chaincodes, organizations } from '../../support/fabricBlocks.js';
import { everything, fill, OTHER_LEDGER, type Filled } from '../../support/filledStore.js';
import { seeded, type Random } from '../../support/random.js';
import {
  blocksOf,
  eventFits,
  eventsOf,
  fits,
  pageOf,
  transactionFits,
  transactionsOf,
  type Listed,
} from '../../support/storeOracle.js';
import type { Fresh } from '../store.contract.js';

const place = ({ key }: { readonly key: SortKey }): string =>
  [key.ledger, key.block, key.blockHash, key.transaction, key.event].join('/');
const ofTransaction = (row: TransactionRow): string =>
  [row.ledger, row.block.number, row.block.hash, row.index, -1].join('/');
const ofEvent = (row: EventRow): string =>
  [row.ledger, row.block.number, row.block.hash, row.transactionIndex, row.index].join('/');

/** Lists against a naive oracle: hundreds of filters, orders, directions and pages, seeded. */
export function lists(fresh: Fresh): void {
  describe('lists', () => {
    let filled: Filled;
    beforeAll(async () => {
      filled = await fill(await fresh());
    });
    afterAll(() => filled.store.close());

    test.each([1, 2, 3])('of blocks are what a naive reading gives, seed %i', async (seed) => {
      const random = seeded(seed);
      const all = blocksOf(filled.told);
      for (let at = 0; at < 40; at += 1) {
        const criteria = commonCriteria(random);
        const page = randomPage(random, filled, all);
        const expected = pageOf(
          all.filter((one) => fits(criteria, one)),
          page,
        );
        const got = await filled.store.blocks(everything, criteria, page);
        const about = JSON.stringify({ criteria, page });
        expect([about, got.hasMore, got.rows.map((row) => `${row.hash} ${row.confirmation}`)]).toEqual([
          ...[about, expected.hasMore],
          expected.rows.map((row) => `${row.key.blockHash} ${row.confirmation}`),
        ]);
      }
    });

    test.each([4, 5, 6])('of transactions are what a naive reading gives, seed %i', async (seed) => {
      const random = seeded(seed);
      const all = transactionsOf(filled.told);
      for (let at = 0; at < 80; at += 1) {
        const criteria = transactionCriteria(random);
        const page = randomPage(random, filled, all);
        const expected = pageOf(
          all.filter((one) => transactionFits(criteria, one)),
          page,
        );
        const got = await filled.store.transactions(everything, criteria, page);
        const about = JSON.stringify({ criteria, page });
        expect([about, got.hasMore, got.rows.map(ofTransaction)]).toEqual([
          about,
          expected.hasMore,
          expected.rows.map(place),
        ]);
      }
    });

    test.each([7, 8, 9])('of events are what a naive reading gives, seed %i', async (seed) => {
      const random = seeded(seed);
      const all = eventsOf(filled.told);
      for (let at = 0; at < 80; at += 1) {
        const criteria = eventCriteria(random);
        const page = randomPage(random, filled, all);
        const expected = pageOf(
          all.filter((one) => eventFits(criteria, one)),
          page,
        );
        const got = await filled.store.events(everything, criteria, page);
        const about = JSON.stringify({ criteria, page });
        expect([about, got.hasMore, got.rows.map(ofEvent)]).toEqual([
          about,
          expected.hasMore,
          expected.rows.map(place),
        ]);
      }
    });

    test('of more branches than one statement takes are those of fewer', async () => {
      const { store, told, snapshot } = filled;
      const few = [...new Set(transactionsOf(told).map(({ item }) => item.function))].filter((name) => name !== null);
      const many = [...few, ...Array.from({ length: 100 - few.length }, (_, at) => `none${at}`)];
      const confirmation: Confirmation[] = ['CONFIRMED', 'FINAL', 'RETRACTED'];
      for (const direction of ['ASC', 'DESC'] as const) {
        for (const towards of ['forward', 'backward'] as const) {
          const order = { field: 'TIMESTAMP', direction } as const;
          const page: PageRequest = { ...{ limit: 30, towards, after: null, before: null }, order, snapshot };
          const list = (functions: string[]) => store.transactions(everything, { functions, confirmation }, page);
          const wanted = await list(few);
          expect(wanted.rows.length).toBe(30);
          expect(await list(many)).toEqual(wanted);
        }
      }
    });

    test('of transactions leave their details out where nobody needs them', async () => {
      const { store, snapshot } = filled;
      const order = { field: 'TIMESTAMP', direction: 'DESC' } as const;
      const page: PageRequest = { ...{ limit: 20, towards: 'forward', after: null, before: null }, order, snapshot };
      const whole = await store.transactions(everything, {}, page);
      const lean = await store.transactions(everything, {}, { ...page, detail: false });
      expect(lean).toEqual(whole);
      expect(whole.rows.every(({ detail }) => typeof detail === 'object')).toBe(true);
      for (const row of lean.rows) expect(() => row.detail).toThrow(expect.objectContaining({ code: 'INTERNAL' }));
    });

    test('of one party each, and of one emitter each, for several at once', async () => {
      const random = seeded(10);
      const parties = [
        ...accounts.slice(0, 5).map((nativeId) => ({ ledger: ETHEREUM_LEDGER, nativeId })),
        ...organizations.map((nativeId) => ({ ledger: FABRIC_LEDGER, nativeId })),
        { ledger: FABRIC_LEDGER, nativeId: 'NobodyMSP' },
      ];
      const page = { ...randomPage(random, filled, []), limit: 7 };
      const all = transactionsOf(filled.told);
      for (const criteria of [{}, { outcome: 'SUCCEEDED' as const }, { chaincodes: ['goods'] }]) {
        const got = await filled.store.transactionsOfAddresses(everything, parties, page, criteria);
        const expected = parties.map((party) =>
          pageOf(
            all.filter((one) => transactionFits({ ...criteria, parties: [party] }, one)),
            page,
          ),
        );
        expect(got.map((one) => one.rows.map(ofTransaction))).toEqual(expected.map((one) => one.rows.map(place)));
        expect(got.map(({ hasMore }) => hasMore)).toEqual(expected.map(({ hasMore }) => hasMore));
      }
      const emitters = [
        ...tokens.map((address) => ({ ledger: ETHEREUM_LEDGER, emitter: { address } })),
        ...chaincodes.map((chaincode) => ({ ledger: FABRIC_LEDGER, emitter: { chaincode } })),
      ];
      const events = await filled.store.eventsOfEmitters(everything, emitters, page);
      const expected = emitters.map(({ ledger, emitter }) => {
        const criteria = 'address' in emitter ? { addresses: [emitter.address] } : { chaincodes: [emitter.chaincode] };
        return pageOf(
          eventsOf(filled.told).filter((one) => eventFits({ ...criteria, ledgers: [ledger] }, one)),
          page,
        );
      });
      expect(events.map((one) => one.rows.map(ofEvent))).toEqual(expected.map((one) => one.rows.map(place)));
    });

    test('walk all pages without a gap or a repeat, both ways, while blocks arrive', async () => {
      const all = transactionsOf(filled.told).filter((one) => transactionFits({}, one));
      for (const towards of ['forward', 'backward'] as const) {
        const seen: string[] = [];
        let bound: SortKey | null = null;
        for (;;) {
          const page: PageRequest = {
            ...{ limit: 33, towards, after: null, before: null, snapshot: filled.snapshot },
            ...(towards === 'forward' ? { after: bound } : { before: bound }),
            order: { field: 'TIMESTAMP', direction: 'DESC' },
          };
          const { rows, hasMore } = await filled.store.transactions(everything, {}, page);
          if (towards === 'forward') seen.push(...rows.map(ofTransaction));
          else seen.unshift(...rows.map(ofTransaction));
          const edge = towards === 'forward' ? rows.at(-1) : rows[0];
          if (!hasMore || edge === undefined) break;
          bound = {
            ...{ timestampMs: edge.timestampMs ?? 0, ledger: edge.ledger, block: edge.block.number },
            ...{ blockHash: edge.block.hash, transaction: edge.index, event: -1 },
          };
        }
        expect(seen).toHaveLength(all.length);
        expect(new Set(seen).size).toBe(all.length);
      }
    });

    test('show nothing of a ledger outside the scope or the snapshot', async () => {
      const page = { ...randomPage(seeded(1), filled, []), limit: 100 };
      const narrow = { ...everything, ledgers: [FABRIC_LEDGER] };
      const rows = [
        ...(await filled.store.transactions(narrow, { ledgers: [FABRIC_LEDGER, OTHER_LEDGER] }, page)).rows,
        ...(await filled.store.transactions(everything, {}, { ...page, snapshot: { [FABRIC_LEDGER]: 5 } })).rows,
      ];
      expect(rows.length).toBeGreaterThan(10);
      expect(rows.filter(({ ledger }) => ledger !== FABRIC_LEDGER)).toEqual([]);
    });
  });
}

const maybe = <T>(random: Random, make: () => T): T | null => (random.below(3) === 0 ? make() : null);
const some = <T>(random: Random, from: readonly T[]): T[] => from.filter(() => random.below(3) === 0);

function commonCriteria(random: Random): BlockCriteria {
  const startMs = Date.UTC(2026, 0, 1);
  const confirmations: Confirmation[][] = [
    ['FINAL'],
    ['CONFIRMED'],
    ['RETRACTED'],
    ['CONFIRMED', 'RETRACTED'],
    ['PENDING'],
    [],
  ];
  return {
    ledgers: maybe(random, () => some(random, everything.ledgers)),
    range: maybe(random, () => ({
      from: maybe(random, () => random.below(60)),
      to: maybe(random, () => random.below(90)),
    })),
    time: maybe(random, () => ({ fromMs: startMs + random.below(400_000), toMs: startMs + random.below(1_200_000) })),
    confirmation: maybe(random, () => random.pick(confirmations)),
  };
}

function transactionCriteria(random: Random): TransactionCriteria {
  return {
    ...commonCriteria(random),
    parties: maybe(random, () => [
      { ledger: FABRIC_LEDGER, nativeId: random.pick(organizations) },
      ...some(random, accounts.slice(0, 6)).map((nativeId) => ({ ledger: ETHEREUM_LEDGER, nativeId })),
    ]),
    addresses: random.below(4) === 0 ? [...some(random, accounts.slice(0, 8)), random.pick(tokens)] : null,
    chaincodes: random.below(4) === 0 ? some(random, chaincodes) : null,
    functions: random.below(4) === 0 ? some(random, ['transfer', 'vote', 'Create', 'Move', 'none']) : null,
    outcome: maybe(random, () => random.pick(['FAILED', 'SUCCEEDED'] as const)),
  };
}

function eventCriteria(random: Random): EventCriteria {
  const word = (address: string): string => `0x${address.slice(2).padStart(64, '0')}`;
  return {
    ...commonCriteria(random),
    names: maybe(random, () => some(random, ['Transfer', 'Created', 'Moved', 'none'])),
    chaincodes: random.below(5) === 0 ? some(random, chaincodes) : null,
    addresses: random.below(4) === 0 ? some(random, tokens) : null,
    topics: maybe(random, () => [
      maybe(random, () => [TRANSFER]),
      maybe(random, () => some(random, accounts).map(word)),
      random.below(6) === 0 ? [word(random.pick(accounts))] : [],
    ]),
  };
}

function randomPage(random: Random, filled: Filled, all: readonly Listed<unknown>[]): PageRequest {
  const bound = all.length === 0 ? null : maybe(random, () => random.pick(all).key);
  const towards = random.pick(['forward', 'backward'] as const);
  return {
    ...{ limit: 1 + random.below(20), towards },
    after: towards === 'forward' ? bound : null,
    before: towards === 'backward' ? bound : null,
    order: { field: random.pick(['TIMESTAMP', 'POSITION'] as const), direction: random.pick(['ASC', 'DESC'] as const) },
    snapshot: random.below(3) === 0 ? { [ETHEREUM_LEDGER]: 50, [FABRIC_LEDGER]: 70 } : filled.snapshot,
  };
}
