import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Kysely, sql } from 'kysely';
import { openPostgres } from '../../src/store/dialect/openPostgres.js';
import { openJournal, openStore } from '../../src/store/index.js';
import type { NewWrite } from '../../src/store/journal.js';
import { endAdvisoryLock, startPostgres, type TestPostgres } from '../support/postgres.js';
import { storeContract } from './store.contract.js';

storeContract('PostgreSQL', async () => {
  const server = await startPostgres();
  return { fresh: () => server.database(), close: () => server.close() };
});

describe('what PostgreSQL ends by itself', () => {
  let server: TestPostgres;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.close());

  test.each([
    ['read', '30s', 'on'],
    ['write', '0', 'off'],
  ] as const)('a connection to %s is bounded', async (mode, statement, readOnly) => {
    const db = new Kysely<object>({ dialect: openPostgres(await server.database(), 2, mode) });
    const setting = async (name: string): Promise<unknown> => {
      const { rows } = await sql<{ value: string }>`select current_setting(${name}) as value`.execute(db);
      return rows[0]?.value;
    };
    expect(await setting('statement_timeout')).toBe(statement);
    expect(await setting('default_transaction_read_only')).toBe(readOnly);
    expect(await setting('lock_timeout')).toBe('20s');
    expect(await setting('idle_in_transaction_session_timeout')).toBe('1min');
    await db.destroy();
  });

  test('a connection that is ended in the middle of a transaction is a store that does not answer', async () => {
    const db = new Kysely<object>({ dialect: openPostgres(await server.database(), 2, 'write') });
    const broken = db.transaction().execute((trx) => sql`select pg_terminate_backend(pg_backend_pid())`.execute(trx));
    await expect(broken).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true });
    expect((await sql<{ one: number }>`select 1 as one`.execute(db)).rows).toEqual([{ one: 1 }]);
    await db.destroy();
  });
});

describe('processes that write to one PostgreSQL', () => {
  let server: TestPostgres;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.close());

  const written = (id: string, state: NewWrite['state']): NewWrite => ({
    ...{ id, caller: 'operator', mutation: 'submit', idempotencyKey: null, inputDigest: 'd', ledger: 'eip155:1' },
    ...{ transaction: null, bytes: null, from: null, nonce: null, answer: null, state, createdMs: 1, updatedMs: 1 },
  });

  test('leave each other alone while they live; what one leaves is taken once, and it changes nothing any more', async () => {
    const url = await server.database();
    await (await openStore(url)).close();
    const lost = await openJournal(url);
    const others = [await openJournal(url), await openJournal(url)];
    const takeOver = async (): Promise<string[]> =>
      (await Promise.all(others.map((each) => each.takeOver()))).flat().map(({ id }) => id);
    await lost.begin(written('sent', 'SENT'));
    await lost.begin(written('begun', 'PREPARED'));
    await lost.keepRequest({ id: 'r', caller: 'operator', content: '{}', expiresMs: Date.now() + 60_000 });
    await lost.takeRequest('r', 'operator');
    expect(await takeOver()).toEqual([]);
    expect(await others[0]?.takeRequest('r', 'operator')).toBeNull();
    // As where its machine is cut off: the server ends the connection that says that it lives.
    await endAdvisoryLock(url, `parley writes ${lost.owner}`);
    const taken = await takeOver();
    expect(taken).toEqual(['sent']);
    expect(await lost.update('sent', ['SENT'], { state: 'PREPARED' })).toBe(false);
    expect(await lost.update('begun', ['PREPARED'], { state: 'SENT' })).toBe(false);
    // It comes back by itself, as what it was.
    await lost.begin(written('again', 'SENT'));
    for (let tries = 0; tries < 40; tries += 1) await new Promise((resolve) => setTimeout(resolve, 25));
    expect(await takeOver()).toEqual([]);
    await Promise.all([lost, ...others].map((each) => each.close()));
  });
});
