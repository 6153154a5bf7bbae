import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { holdIngest, openStore, standBy } from '../../src/store/index.js';
import { ETHEREUM_LEDGER, makeChain } from '../support/blocks.js';
import { declareAll, ethereumPlan, headAt } from '../support/filledStore.js';
import { startPostgres, type TestPostgres } from '../support/postgres.js';

const LEDGER = ETHEREUM_LEDGER;
const refused = { code: 'STORE_UNAVAILABLE', retryable: true };
const fenced = { code: 'STORE_FENCED', retryable: true };

const directory = mkdtempSync(join(tmpdir(), 'hold-'));
let postgres: TestPostgres;
let made = 0;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(async () => {
  await postgres.close();
  rmSync(directory, { recursive: true, force: true });
});

const prepared = async (url: string): Promise<string> => {
  await (await openStore(url)).close();
  return url;
};

describe.each([
  ['SQLite', () => prepared(`sqlite:${join(directory, `${(made += 1)}.db`)}`)],
  ['PostgreSQL', async () => prepared(await postgres.database())],
] as const)('the right to write a ledger into a store on %s', (_name, fresh) => {
  test('is one process’s at a time, for each ledger, and is free again when released', async () => {
    const url = await fresh();
    const first = await holdIngest(url, LEDGER);
    await expect(holdIngest(url, LEDGER)).rejects.toMatchObject(refused);
    const other = await holdIngest(url, 'eip155:1');
    await first.release();
    const second = await holdIngest(url, LEDGER);
    expect(second.lost.aborted).toBe(false);
    expect([first.epoch, second.epoch, other.epoch]).toEqual([1, 2, 1]);
    await Promise.all([second.release(), other.release()]);
  });

  test('is waited for, which is said once, and ends when aborted', async () => {
    const url = await fresh();
    const first = await holdIngest(url, LEDGER);
    const stop = new AbortController();
    let said = 0;
    const waiting = standBy(url, LEDGER, stop.signal, () => (said += 1));
    const given = standBy(url, LEDGER, AbortSignal.timeout(700), () => undefined);
    expect(await given).toBeNull();
    await first.release();
    const second = await waiting;
    expect(second?.epoch).toBe(2);
    expect(said).toBe(1);
    await second?.release();
  });

  test('whoever lost it writes nothing, whatever it writes, before and after the ledger is declared', async () => {
    const url = await fresh();
    const [first, second] = [await openStore(url), await openStore(url)];
    const declaration = { id: LEDGER, kind: 'ethereum', name: 'chain', startBlock: 0 } as const;
    const lost = await holdIngest(url, LEDGER);
    first.fence(LEDGER, lost.epoch);
    await lost.release();
    const held = await holdIngest(url, LEDGER);
    second.fence(LEDGER, held.epoch);
    await second.declare(declaration);
    await expect(first.declare(declaration)).rejects.toMatchObject(fenced);
    const chain = makeChain(ethereumPlan, 3);
    const [genesis, , tip] = chain;
    if (genesis === undefined || tip === undefined) throw new Error('no chain');
    await second.append(chain.slice(0, 2), null);
    const writes = [
      () => first.append(chain.slice(2), null),
      () => first.rewind(LEDGER, genesis),
      () => first.notice(LEDGER, headAt(tip, 2), 5),
      () => first.clearDerived(LEDGER),
      () => first.forgetLedger(LEDGER),
    ];
    for (const write of writes) await expect(write()).rejects.toMatchObject(fenced);
    expect((await second.seed(LEDGER)).tip?.number).toBe(1);
    await second.append(chain.slice(2), null);
    expect(await second.contradictions(LEDGER)).toEqual([]);
    await held.release();
    const again = await holdIngest(url, LEDGER);
    await expect(second.append([], null)).resolves.toBeUndefined();
    await expect(second.notice(LEDGER, headAt(tip, 2), 5)).rejects.toMatchObject(fenced);
    await again.release();
    await Promise.all([first.close(), second.close()]);
  });
});

test('a connection that the server ends says that the hold is lost (PostgreSQL)', async () => {
  const url = await prepared(await postgres.database());
  const hold = await holdIngest(url, LEDGER);
  const lost = new Promise((resolve) => hold.lost.addEventListener('abort', resolve));
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  await admin.query('select pg_terminate_backend(pid) from pg_locks where locktype = $1', ['advisory']);
  await lost;
  await admin.end();
  await (await holdIngest(url, LEDGER)).release();
});

test('a transaction that the holder before left open is ended, one that goes on is waited for (PostgreSQL)', async () => {
  const url = await prepared(await postgres.database());
  const store = await openStore(url);
  await declareAll(store);
  const stuck = new pg.Client({ connectionString: url });
  const ended = new Promise((resolve) => stuck.on('error', resolve));
  await stuck.connect();
  await stuck.query('begin');
  await stuck.query('select * from ledger where id = $1 for update', [LEDGER]);
  const hold = await holdIngest(url, LEDGER);
  await ended;
  store.fence(LEDGER, hold.epoch);
  await store.append(makeChain(ethereumPlan, 1), null);
  await hold.release();
  await store.close();
});
