import { describe, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import pg from 'pg';
import { openReader, openStore } from '../../../src/store/index.js';
import { everything } from '../../support/filledStore.js';
import type { Fresh } from '../store.contract.js';

async function run(url: string, statement: string): Promise<void> {
  if (url.startsWith('sqlite:')) {
    const database = new Database(url.slice('sqlite:'.length));
    database.exec(statement);
    database.close();
    return;
  }
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(statement);
  await client.end();
}

export function migrations(fresh: Fresh): void {
  describe('schema', () => {
    test('is made by several that open a fresh store at once', async () => {
      const url = await fresh();
      const stores = await Promise.all(Array.from({ length: 4 }, () => openStore(url)));
      for (const store of stores) expect(await store.ledgers(everything)).toEqual([]);
      await Promise.all(stores.map((store) => store.close()));
    });

    test('of a newer Parley is refused, by writers and readers', async () => {
      const url = await fresh();
      await (await openStore(url)).close();
      await run(url, "insert into kysely_migration (name, timestamp) values ('9999_later', '2030-01-01')");
      await expect(openStore(url)).rejects.toMatchObject({ code: 'STORE_NEWER', got: '9999_later' });
      await expect(openReader(url)).rejects.toMatchObject({ code: 'STORE_NEWER' });
    });

    test('must have been made before a reader comes', async () => {
      await expect(openReader(await fresh())).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    });

    test('a reader reads while a writer writes', async () => {
      const url = await fresh();
      const store = await openStore(url);
      const reader = await openReader(url);
      expect(await reader.ledgers(everything)).toEqual([]);
      await store.declare({ id: 'eip155:10', kind: 'ethereum', name: 'later', startBlock: 0 });
      expect((await reader.ledgers(everything)).map(({ name }) => name)).toEqual(['later']);
      expect(reader.statements).toBeGreaterThan(1);
      await reader.close();
      await store.close();
    });
  });
}
