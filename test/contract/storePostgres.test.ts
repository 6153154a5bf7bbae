import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Kysely, sql } from 'kysely';
import { openPostgres } from '../../src/store/dialect/openPostgres.js';
import { startPostgres, type TestPostgres } from '../support/postgres.js';
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
