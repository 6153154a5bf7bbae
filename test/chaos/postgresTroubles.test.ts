import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { startAnvil, type TestChain } from '../../devnet/ethereum/index.js';
import { configDirectory, type ConfigDirectory } from '../support/ownParley.js';
import { killLeftovers, startParley } from '../support/parley.js';
import { startPostgres, type TestPostgres } from '../support/postgres.js';
import { eventually, sleep } from '../support/world.js';
import { command } from './command.js';
import { expectClean, expectServing, indexed } from './running.js';
import { say, WHOLE } from './scale.js';

// What happens to a running Parley's PostgreSQL. Its disk is its own server's matter.

let postgres: TestPostgres;
let chain: TestChain;
let directory: ConfigDirectory;
let url: string;
const server = WHOLE ? describe : describe.skip;

server('a PostgreSQL', () => {
  beforeAll(async () => {
    [postgres, chain] = await Promise.all([startPostgres(), startAnvil({ mining: 'manual' })]);
    await chain.mine(500);
  }, 240_000);
  afterAll(async () => {
    await chain.close();
    await postgres.close();
  });
  beforeEach(async () => {
    directory = configDirectory();
    url = await postgres.database();
  });
  afterEach(async () => {
    await killLeftovers();
    directory.remove();
  });

  const configure = (): string => {
    const ethereum = { chainId: 31_337, rpc: [chain.rpc], finality: { tag: 'finalized' } };
    return directory.write('postgres', [{ name: 'settlement', ethereum }], { store: { url } });
  };
  async function sql(text: string): Promise<number> {
    const client = new pg.Client({ connectionString: url, options: '-c default_transaction_read_only=off' });
    await client.connect();
    try {
      return (await client.query(text)).rowCount ?? 0;
    } finally {
      await client.end();
    }
  }
  /** As a server that is restarted: everybody's connection ends. */
  const cutEverybody = (): Promise<number> =>
    sql(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );

  test('whose connections are lost again and again: reading goes on, and nothing is missing', async () => {
    const config = configure();
    const one = await startParley(config);
    let cut = 0;
    for (let round = 0; round < 20; round += 1) {
      await chain.mine(10);
      await sleep(50 + 37 * (round % 7));
      cut += await cutEverybody();
    }
    await indexed(one, chain);
    await expectServing(one);
    say(`  PostgreSQL: ${cut} connections cut in 20 rounds`);
    expect(cut).toBeGreaterThan(20);
    expect(await one.stop()).toBe(0);
    await expectClean(config);
  }, 240_000);

  test('that becomes read-only, as where a standby takes over: it is said, what is there is served, and it goes on', async () => {
    const config = configure();
    const one = await startParley(config);
    await indexed(one, chain);
    await sql(
      "do $$ begin execute format('alter database %I set default_transaction_read_only = on', current_database()); end $$",
    );
    await cutEverybody();
    await chain.mine(5);
    await eventually('the trouble is said', () => Promise.resolve(/STORE_|did not answer/.test(one.output())), 60_000);
    await expectServing(one);
    await sql(
      "do $$ begin execute format('alter database %I reset default_transaction_read_only', current_database()); end $$",
    );
    await cutEverybody();
    await indexed(one, chain);
    expect(await one.stop()).toBe(0);
    await expectClean(config);
  }, 240_000);

  test('of a newer Parley is refused with those words', async () => {
    const config = configure();
    const first = await startParley(config);
    expect(await first.stop()).toBe(0);
    await sql("insert into kysely_migration (name, timestamp) values ('9999_future', '2040-01-01')");
    for (const args of [['start'], ['verify'], ['rebuild']]) {
      const { code, output } = await command(...args, '--config', config);
      expect([args, code, output]).toEqual([
        args,
        1,
        expect.stringContaining('a schema that this Parley does not know'),
      ]);
    }
  }, 240_000);
});
