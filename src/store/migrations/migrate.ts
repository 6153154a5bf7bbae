import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { Migrator } from 'kysely/migration';
import { ParleyError } from '../../errors/index.js';
import type { Traits } from '../dialect/traits.js';
import type { Tables } from '../tables.js';
import { ledgersMigration } from './0001_ledgers.js';
import { feedMigration } from './0002_feed.js';
import { writesMigration } from './0003_writes.js';
import { writeOwnersMigration } from './0004_write_owners.js';
import { governanceMigration } from './0010_governance.js';

/** Every migration, in order. A released one is never changed: a later one amends it. */
const migrations = (traits: Traits): Record<string, Migration> => ({
  '0001_ledgers': ledgersMigration(traits),
  '0002_feed': feedMigration(traits),
  '0003_writes': writesMigration(traits),
  '0004_write_owners': writeOwnersMigration(traits),
  '0010_governance': governanceMigration(traits),
});

/** Brings the store to this version's schema. Errors: `STORE_NEWER`. */
export async function migrate(db: Kysely<Tables>, traits: Traits): Promise<void> {
  await refuseNewer(db, traits);
  const provider = { getMigrations: () => Promise.resolve(migrations(traits)) };
  const { error } = await new Migrator({ db, provider }).migrateToLatest();
  if (error !== undefined) throw error;
}

/** For readers, which cannot migrate: the schema must be exactly this version's. Errors: `STORE_NEWER`, `STORE_UNAVAILABLE`. */
export async function requireCurrent(db: Kysely<Tables>, traits: Traits): Promise<void> {
  const applied = await refuseNewer(db, traits);
  const missing = Object.keys(migrations(traits)).filter((name) => !applied.includes(name));
  if (missing.length === 0) return;
  throw new ParleyError('STORE_UNAVAILABLE', 'The store has not been made ready by a writer yet', {
    got: applied.at(-1) ?? 'no schema',
    expected: missing.at(-1),
  });
}

async function refuseNewer(db: Kysely<Tables>, traits: Traits): Promise<readonly string[]> {
  const known = Object.keys(migrations(traits));
  const applied = await appliedMigrations(db, traits);
  const unknown = applied.filter((name) => !known.includes(name));
  if (unknown.length === 0) return applied;
  throw new ParleyError('STORE_NEWER', 'The store has a schema that this Parley does not know', {
    got: unknown.at(-1),
    expected: known.at(-1),
  });
}

async function appliedMigrations(db: Kysely<Tables>, traits: Traits): Promise<readonly string[]> {
  const exists =
    traits.name === 'sqlite'
      ? sql`select 1 from sqlite_master where type = 'table' and name = 'kysely_migration'`
      : sql`select 1 where to_regclass('kysely_migration') is not null`;
  if ((await exists.execute(db)).rows.length === 0) return [];
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db);
  return rows.map(({ name }) => name);
}
