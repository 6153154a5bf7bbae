import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { holdIngest } from '../../src/store/index.js';
import { startPostgres, type TestPostgres } from '../support/postgres.js';

const LEDGER = 'eip155:31337';
const refused = { code: 'STORE_UNAVAILABLE', retryable: true };

const directory = mkdtempSync(join(tmpdir(), 'hold-'));
let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(async () => {
  await postgres.close();
  rmSync(directory, { recursive: true, force: true });
});

describe.each([
  ['SQLite', () => Promise.resolve(`sqlite:${join(directory, 'index.db')}`)],
  ['PostgreSQL', () => postgres.database()],
] as const)('the right to write a ledger into a store on %s', (_name, fresh) => {
  test('is one process’s at a time, for each ledger, and is free again when released', async () => {
    const url = await fresh();
    const first = await holdIngest(url, LEDGER);
    await expect(holdIngest(url, LEDGER)).rejects.toMatchObject(refused);
    const other = await holdIngest(url, 'eip155:1');
    await first.release();
    const second = await holdIngest(url, LEDGER);
    expect(second.lost.aborted).toBe(false);
    await Promise.all([second.release(), other.release()]);
  });
});

test('a process that is killed leaves it free (SQLite)', async () => {
  const path = join(directory, 'killed.db');
  const library = createRequire(import.meta.url).resolve('better-sqlite3');
  const script = `const D = require(${JSON.stringify(library)}); new D(process.argv[1]).exec('begin exclusive'); console.log('held'); setInterval(() => {}, 1000);`;
  const holder = spawn(process.execPath, ['-e', script, `${path}-ingest-eip155-31337`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve) => holder.stdout.once('data', resolve));
  await expect(holdIngest(`sqlite:${path}`, LEDGER)).rejects.toMatchObject(refused);
  holder.kill('SIGKILL');
  await new Promise((resolve) => holder.once('exit', resolve));
  await (await holdIngest(`sqlite:${path}`, LEDGER)).release();
});

test('a connection that the server ends says that the hold is lost (PostgreSQL)', async () => {
  const url = await postgres.database();
  const hold = await holdIngest(url, LEDGER);
  const lost = new Promise((resolve) => hold.lost.addEventListener('abort', resolve));
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  await admin.query('select pg_terminate_backend(pid) from pg_locks where locktype = $1', ['advisory']);
  await lost;
  await admin.end();
  await (await holdIngest(url, LEDGER)).release();
});
