import { describe, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import pg from 'pg';
import { openStore } from '../../../src/store/index.js';
import type { PageRequest, Store } from '../../../src/store/store.js';
import { ETHEREUM_LEDGER, FABRIC_LEDGER } from '../../support/blocks.js';
import { accounts, TRANSFER } from '../../support/ethereumBlocks.js';
import { everything, fill } from '../../support/filledStore.js';
import type { Fresh } from '../store.contract.js';

const orders = (['TIMESTAMP', 'POSITION'] as const).flatMap((field) =>
  (['ASC', 'DESC'] as const).map((direction) => ({ field, direction })),
);

/** Every read of the port, with every filter by which it lists. */
async function readEverything(store: Store, snapshot: PageRequest['snapshot']): Promise<void> {
  const genesis = (await store.refs(FABRIC_LEDGER, 0, 0))[0]?.hash ?? '';
  const keys = [{ ledger: ETHEREUM_LEDGER, hash: '0xab', number: 3, index: 0 }];
  const parties = [
    { ledger: ETHEREUM_LEDGER, nativeId: accounts[0] ?? '' },
    { ledger: FABRIC_LEDGER, nativeId: 'HarvestMSP' },
  ];
  const each = { limit: 2, afterIndex: -1 };
  for (const order of orders) {
    const after = {
      timestampMs: Date.UTC(2026, 0, 1, 0, 5),
      ledger: FABRIC_LEDGER,
      block: 9,
      blockHash: 'ab',
      transaction: 0,
      event: 0,
    };
    const page: PageRequest = { limit: 5, towards: 'forward', after, before: null, snapshot, order };
    for (const criteria of [
      {},
      { range: { from: 2, to: 5 } },
      { range: { from: 2, to: 5000 } },
      { confirmation: ['RETRACTED' as const] },
      { time: { fromMs: 1, toMs: 2 } },
    ]) {
      await store.blocks(everything, criteria, page);
      await store.transactions(everything, criteria, page);
      await store.events(everything, criteria, page);
    }
    await store.transactions(everything, { parties }, page);
    await store.transactions(
      everything,
      { parties, chaincodes: ['goods'], functions: ['Move'], outcome: 'SUCCEEDED' },
      page,
    );
    for (const filter of [{ chaincodes: ['goods'] }, { functions: ['Move'] }, { outcome: 'FAILED' as const }]) {
      await store.transactions(everything, filter, page);
    }
    for (const filter of [{ chaincodes: ['goods'] }, { names: ['Moved'] }, { addresses: accounts.slice(0, 2) }]) {
      await store.events(everything, filter, page);
    }
    for (const place of [0, 1, 2, 3]) {
      await store.events(everything, { topics: [...Array<null>(place).fill(null), [TRANSFER]] }, page);
    }
    await store.transactionsOfAddresses(everything, parties, page);
    await store.eventsOfEmitters(everything, [{ ledger: FABRIC_LEDGER, emitter: { chaincode: 'goods' } }], page);
  }
  await store.blocksByHash(everything, keys);
  await store.blocksByNumber(everything, keys);
  await store.transactionsByKey(everything, keys);
  await store.transactionsByPlace(everything, keys);
  await store.transactionsByHash(everything, keys);
  await store.transactionsOfBlocks(everything, keys, each);
  await store.eventsByKey(everything, keys);
  await store.eventsOfTransactions(everything, keys, each);
  await store.tokenTransfersOfTransactions(everything, keys);
  await store.tokensHeld(everything, parties);
  await store.addressesKnown(everything, parties);
  await store.configs(everything, [FABRIC_LEDGER]);
  await store.configHistory(everything, FABRIC_LEDGER, 40, 3);
  await store.memberships(everything);
  await store.chaincodes(everything, [FABRIC_LEDGER]);
  await store.approvals(everything, [FABRIC_LEDGER]);
  await store.activity(everything, null, 60_000, { fromMs: 0, toMs: 600_000 });
  await store.searchHashes(everything, 'ab', 5);
  await store.snapshot(async (reads) => {
    await reads.standings(everything);
    await reads.outbox(everything, ETHEREUM_LEDGER, 3, 10);
    await reads.branch(everything, ETHEREUM_LEDGER, '0xab', 10);
    await reads.chainOf(everything, [{ ledger: ETHEREUM_LEDGER, from: 2, to: 5 }]);
    await reads.eventsOfBlock(everything, { ledger: ETHEREUM_LEDGER, hash: '0xab' }, null, 10);
    await reads.membershipChanges(everything, FABRIC_LEDGER, {}, null, 10);
    await reads.membershipChangesOfBlocks(everything, [{ ledger: FABRIC_LEDGER, hash: genesis }]);
  });
  await store.seed(FABRIC_LEDGER);
  await store.refs(ETHEREUM_LEDGER, 1, 5);
}

/** Tables that grow with the ledgers, by name and by the aliases that the statements give them. */
const BIG =
  '(t|b|e|x|d|p|r|n|i|f|c|block|transaction|transaction_party|event|token_transfer|raw_block|outbox|o|membership)';

/** A whole table or index, all of one ledger's entries in an index, or an index made for the statement. */
const WHOLE = [new RegExp(`^SCAN ${BIG}\\b(?! VIRTUAL)`), new RegExp(`^SEARCH ${BIG} .*\\(ledger=\\?\\)`), /AUTOMATIC/];

function sqliteScans(path: string, statements: readonly string[]): string[] {
  const database = new Database(path, { readonly: true });
  const found = statements.flatMap((text) => {
    const plan = database.prepare(`explain query plan ${text}`).all(...Array<null>(parameters(text)).fill(null)) as {
      detail: string;
    }[];
    return plan
      .map(({ detail }) => detail)
      .filter((detail) => WHOLE.some((pattern) => pattern.test(detail)))
      .map((detail) => `${detail} in ${text}`);
  });
  database.close();
  return found;
}

const parameters = (text: string): number => text.split('?').length - 1;

/** With whole-table reads switched off, one that is left had no index to take. */
async function postgresScans(url: string, statements: readonly string[]): Promise<string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('set enable_seqscan = off');
  const found: string[] = [];
  for (const text of statements) {
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(`explain (generic_plan) ${text}`);
    const scans = rows.map((row) => row['QUERY PLAN']).filter((line) => /Seq Scan on (?!ledger)/.test(line));
    found.push(...scans.map((line) => `${line} in ${text}`));
  }
  await client.end();
  return found;
}

export function plans(fresh: Fresh): void {
  describe('query plans', () => {
    test('no read of the graph reads a whole table or index', async () => {
      const url = await fresh();
      const { store: filling, snapshot } = await fill(url, 12);
      await filling.close();
      const statements = new Set<string>();
      const store = await openStore(url, { onStatement: (text) => statements.add(text) });
      statements.clear();
      await readEverything(store, snapshot);
      await store.close();
      const reads = [...statements].filter((text) => /^\s*(select|with)/i.test(text));
      expect(reads.length).toBeGreaterThan(40);
      const scans = url.startsWith('sqlite:')
        ? sqliteScans(url.slice('sqlite:'.length), reads)
        : await postgresScans(url, reads);
      expect(scans).toEqual([]);
    });
  });
}
