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

export interface OpenOptions {
  /** Called after each statement: its text without values, and how long it took. For metrics and for tests of query plans. */
  readonly onStatement?: (text: string, durationMs: number) => void;
}

/**
 * Opens the index and brings its schema up to date. `url`: `sqlite:./path` or `postgres://user@host/db`.
 * Errors: `CONFIG_INVALID`, `STORE_UNAVAILABLE`, `STORE_NEWER`, `STORE_CORRUPT`.
 */
export async function openStore(url: string, options: OpenOptions = {}): Promise<Store> {
  const { session, statements } = connect(url, 'write', options);
  return ready(
    session,
    () => migrate(session.db, session.traits),
    () => createStore(session, statements),
  );
}

/**
 * Opens an index that a writer has made ready, for reading: never waits for a writer. A SQLite file is opened so that it cannot be
 * written. Errors as `openStore`.
 */
export async function openReader(url: string, options: OpenOptions = {}): Promise<StoreReader> {
  const { session, statements } = connect(url, 'read', options);
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

function connect(
  url: string,
  mode: 'write' | 'read',
  { onStatement }: OpenOptions,
): { session: Session; statements: () => number } {
  const address = parseStoreUrl(url);
  const sqlite = address.kind === 'sqlite';
  let statements = 0;
  const db = new Kysely<Tables>({
    dialect: sqlite ? openSqlite(address.path, mode) : openPostgres(address.url, CONNECTIONS, mode),
    log: ({ query, queryDurationMillis }) => {
      statements += 1;
      onStatement?.(query.sql, queryDurationMillis);
    },
  });
  const traits = sqlite ? sqliteTraits : postgresTraits;
  const session = { db, traits, ledgers: new LedgerNumbers(db), inserts: new Inserts(traits) };
  return { session, statements: () => statements };
}
