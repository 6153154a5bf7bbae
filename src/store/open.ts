import { Kysely } from 'kysely';
import { openPostgres } from './dialect/openPostgres.js';
import { openSqlite } from './dialect/openSqlite.js';
import { postgresTraits, sqliteTraits } from './dialect/traits.js';
import { Inserts } from './inserts.js';
import { migrate, requireCurrent } from './migrations/migrate.js';
import { LedgerNumbers, type Session } from './session.js';
import { createReader, createStore } from './sqlStore.js';
import type { Store, StoreReader } from './store.js';
import type { Tables } from './tables.js';
import { parseStoreUrl } from './url.js';

/** Connections of one process to PostgreSQL. */
const CONNECTIONS = 10;

/**
 * Opens the index and brings its schema up to date. `url`: `sqlite:./path` or `postgres://user@host/db`.
 * Errors: `CONFIG_INVALID`, `STORE_UNAVAILABLE`, `STORE_NEWER`, `STORE_CORRUPT`.
 */
export async function openStore(url: string): Promise<Store> {
  const { session, statements } = connect(url, 'write');
  return ready(
    session,
    () => migrate(session.db, session.traits),
    () => createStore(session, statements),
  );
}

/** Opens an index that a writer has made ready, for reading only: it cannot write and never waits for a writer. Errors as `openStore`. */
export async function openReader(url: string): Promise<StoreReader> {
  const { session, statements } = connect(url, 'read');
  return ready(
    session,
    () => requireCurrent(session.db, session.traits),
    () => createReader(session, statements),
  );
}

async function ready<T>(session: Session, prepare: () => Promise<unknown>, make: () => T): Promise<T> {
  try {
    await prepare();
    return make();
  } catch (error) {
    await session.db.destroy();
    throw error;
  }
}

function connect(url: string, mode: 'write' | 'read'): { session: Session; statements: () => number } {
  const address = parseStoreUrl(url);
  const sqlite = address.kind === 'sqlite';
  let statements = 0;
  const db = new Kysely<Tables>({
    dialect: sqlite ? openSqlite(address.path, mode) : openPostgres(address.url, CONNECTIONS),
    log: () => {
      statements += 1;
    },
  });
  const traits = sqlite ? sqliteTraits : postgresTraits;
  const session = { db, traits, ledgers: new LedgerNumbers(db), inserts: new Inserts(traits) };
  return { session, statements: () => statements };
}
