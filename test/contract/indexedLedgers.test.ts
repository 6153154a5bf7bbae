import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import { startAnvil } from '../../devnet/ethereum/index.js';
import { rebuildLedger, verifyLedger, type Difference } from '../../src/ingest/index.js';
import type { Ledger } from '../../src/ledgers/ledger.js';
import { grantScope } from '../../src/model/scope.js';
import { startIngest, workbench, type Workbench } from '../support/indexing.js';
import { ethereumWorld } from './ethereumWorld.js';
import { replayWorld } from './replayWorld.js';

const { signal } = new AbortController();
const RECORDED = new URL('../fixtures/fabric/bft-trade/facts.json', import.meta.url);

/** Indexes until the head that the ledger has at the call. */
async function indexToHead(ledger: Ledger, bench: Workbench): Promise<void> {
  const head = await ledger.head();
  const run = startIngest(ledger, bench.store);
  await run.until(`block ${head.number}`, (report) => report.kind === 'following' && report.tip?.hash === head.hash);
  await run.stop();
}

async function differences(ledger: Ledger, bench: Workbench): Promise<string[]> {
  const found: Difference[] = [];
  const store = await bench.reopen();
  await verifyLedger({ ledger, store, signal, settleMs: 20, onDifference: (one) => found.push(one) });
  return found.map(({ text }) => text);
}

describe('an index of a real ledger', () => {
  let bench: Workbench;
  beforeEach(async () => {
    bench = await workbench();
  });
  afterEach(() => bench.close());

  test('of a recorded channel holds its facts, and is the channel field by field, rebuilt too', async () => {
    const facts = JSON.parse(readFileSync(RECORDED, 'utf8')) as {
      blocks: { headerHash: string; transactions: unknown[] }[];
    };
    const world = await replayWorld();
    world.own.show(facts.blocks.length);
    world.other.show(facts.blocks.length);
    const ledger = await world.open();
    try {
      await indexToHead(ledger, bench);
      const scope = grantScope([ledger.id]);
      const refs = (await bench.store.refs(ledger.id, 0, 1000)).map(({ hash }) => hash).reverse();
      expect(refs).toEqual(facts.blocks.map(({ headerHash }) => headerHash));
      const page = {
        limit: 200,
        towards: 'forward',
        after: null,
        before: null,
        snapshot: { [ledger.id]: 1000 },
      } as const;
      const order = { field: 'POSITION', direction: 'ASC' } as const;
      const { rows } = await bench.store.transactions(scope, {}, { ...page, order });
      expect(rows).toHaveLength(facts.blocks.flatMap(({ transactions }) => transactions).length);
      expect(rows.every(({ confirmation }) => confirmation === 'FINAL')).toBe(true);
      const standings = (await bench.store.memberships(scope)).map(
        ({ nativeId, role, status }) => `${nativeId} ${role} ${status}`,
      );
      expect(standings).toEqual(expect.arrayContaining(['Org1MSP MEMBER ACTIVE', 'Org2MSP MEMBER ACTIVE']));
      expect((await bench.store.chaincodes(scope, [ledger.id]))[0]?.map(({ definition }) => definition.name)).toContain(
        'assets',
      );
      expect(await differences(ledger, bench)).toEqual([]);
      await rebuildLedger({ ledger, store: bench.store, signal });
      expect(await differences(ledger, bench)).toEqual([]);
      const database = new Database(bench.path);
      database.exec(`update "transaction" set detail = replace(detail, '"VALID"', '"VALIE"') where number = 12`);
      database.close();
      const [found] = await differences(ledger, bench);
      expect(found).toMatch(/transaction, block 12, tx_index 0, detail: got .*VALI\[E\]/);
    } finally {
      await ledger.close();
      await world.close();
    }
  });

  test('of an Ethereum chain follows a reorganisation of depth 6 that happened while it was down', async () => {
    const world = await ethereumWorld(() => startAnvil({ mining: 'manual' }), { finality: { depth: 12 } });
    const ledger = await world.open();
    try {
      await world.produce(20);
      await indexToHead(ledger, bench);
      const before = await bench.store.refs(ledger.id, 0, 1000);
      await world.chain.reorg(6);
      await world.produce(3);
      await indexToHead(ledger, bench);
      const retracted = await bench.store.retractedBlocks(ledger.id, -1, 100);
      expect(retracted.map(({ hash }) => hash).reverse()).toEqual(before.slice(0, 6).map(({ hash }) => hash));
      expect(await differences(ledger, bench)).toEqual([]);
      await rebuildLedger({ ledger, store: bench.store, signal });
      expect(await differences(ledger, bench)).toEqual([]);
      expect(await bench.store.retractedBlocks(ledger.id, -1, 100)).toEqual(retracted);
    } finally {
      await ledger.close();
      await world.close();
    }
  });
});
