import type { Dialect } from 'kysely';
import { Kysely } from 'kysely';
import { openPostgres } from './dialect/openPostgres.js';
import { openSqlite } from './dialect/openSqlite.js';
import { SqliteStoreDialect } from './dialect/sqliteDialect.js';
import { postgresTraits, sqliteTraits } from './dialect/traits.js';
import { createAppender } from './append/appender.js';
import { Inserts } from './inserts.js';
import { migrate, requireCurrent } from './migrations/migrate.js';
import { LedgerNumbers } from './session.js';
import { createSnapshots } from './snapshots.js';
import { createReader, createStore, type Connected } from './sqlStore.js';
import type { Store, StoreReader } from './store.js';
import type { Tables } from './tables.js';
import { Unchanged } from './unchanged.js';
import { parseStoreUrl } from './url.js';

/** Connections of one process to PostgreSQL. */
const CONNECTIONS = 10;
/** Of these, so that other reads find one that is free. */
const SNAPSHOTS_AT_ONCE = 4;

export interface OpenOptions {
  /** Called after each statement: its text without values, and how long it took. For metrics and for tests of query plans. */
  readonly onStatement?: (text: string, durationMs: number) => void;
  /** Lets a SQLite file be written in a thread of its own where many blocks are appended at once: whoever back-fills goes on meanwhile. */
  readonly appendInThread?: boolean;
}

/**
 * Opens the index and brings its schema up to date. `url`: `sqlite:./path` or `postgres://user@host/db`.
 * Errors: `CONFIG_INVALID`, `STORE_UNAVAILABLE`, `STORE_NEWER`, `STORE_CORRUPT`.
 */
export async function openStore(url: string, options: OpenOptions = {}): Promise<Store> {
  const connected = connect(url, 'write', options);
  const { db, traits } = connected.session;
  return ready(
    db,
    () => migrate(db, traits),
    () => createStore(connected),
  );
}

/**
 * Opens an index that a writer has made ready, for reading: never waits for a writer. A SQLite file is opened so that it cannot be
 * written. Errors as `openStore`.
 */
export async function openReader(url: string, options: OpenOptions = {}): Promise<StoreReader> {
  const connected = connect(url, 'read', options);
  const { db, traits } = connected.session;
  return ready(
    db,
    () => requireCurrent(db, traits),
    () => createReader(connected),
  );
}

async function ready<T>(db: Kysely<Tables>, prepare: () => Promise<unknown>, make: () => T): Promise<T> {
  try {
    await prepare();
    return make();
  } catch (error) {
    await db.destroy();
    throw error;
  }
}

export function connect(url: string, mode: 'write' | 'read', { onStatement, appendInThread }: OpenOptions): Connected {
  const address = parseStoreUrl(url);
  let statements = 0;
  const over = (dialect: Dialect): Kysely<Tables> =>
    new Kysely<Tables>({
      dialect,
      log: ({ query, queryDurationMillis }) => {
        statements += 1;
        onStatement?.(query.sql, queryDurationMillis);
      },
    });
  const sqlite = address.kind === 'sqlite';
  const dialect =
    address.kind === 'sqlite' ? openSqlite(address.path, mode) : openPostgres(address.url, CONNECTIONS, mode);
  const db = over(dialect);
  // Who writes itself is not told of its own writes.
  const unchanged = new Unchanged(() =>
    mode === 'read' && dialect instanceof SqliteStoreDialect ? dialect.dataVersion() : null,
  );
  const traits = sqlite ? sqliteTraits : postgresTraits;
  const appender = sqlite && mode === 'write' && appendInThread === true ? createAppender(url) : null;
  const session = {
    ...{
      db,
      traits,
      ledgers: new LedgerNumbers(db),
      inserts: new Inserts(traits),
      fences: new Map(),
      appender,
      unchanged,
    },
  };
  // SQLite's transactions belong to a connection: on one of their own they hold no other read.
  const snapshots = sqlite
    ? createSnapshots(session, () => ({ db: over(openSqlite(address.path, 'read')), own: true }), 1)
    : createSnapshots(session, () => ({ db, own: false }), SNAPSHOTS_AT_ONCE);
  return { session, snapshots, statements: () => statements };
}
