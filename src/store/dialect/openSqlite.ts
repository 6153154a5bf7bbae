import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { ParleyError } from '../../errors/index.js';
import { SqliteStoreDialect } from './sqliteDialect.js';
import { storeError } from './storeError.js';
import type { StoreMode } from './storeMode.js';

/** While the file is opened; later waits are the connection's own, which do not stop the thread. */
const OPEN_TIMEOUT_MS = 5_000;
const CACHE_KIB = 65_536;
const SMALL_CACHE_KIB = 2_048;

/** Opens the file, made with its directory where absent unless only for reading. */
export function openSqlite(path: string, mode: StoreMode): SqliteStoreDialect {
  if (mode === 'read' && !existsSync(path))
    throw new ParleyError('STORE_UNAVAILABLE', 'There is no store to read', { got: path });
  try {
    if (mode !== 'read') mkdirSync(dirname(path), { recursive: true });
    const database = new Database(path, { readonly: mode === 'read', timeout: OPEN_TIMEOUT_MS });
    configure(database, mode);
    return new SqliteStoreDialect(database);
  } catch (error) {
    throw storeError(error);
  }
}

function configure(database: Database.Database, mode: StoreMode): void {
  if (mode !== 'read') {
    // Measured on real rows: larger pages and a longer log write the scattered indexes a third faster.
    database.pragma('page_size = 8192');
    database.pragma('journal_mode = WAL');
    // What ingest writes can be read from the ledger again: a power cut may cost the last commits, never the file.
    // What no ledger has (durable) is on disk when a commit returns.
    database.pragma(`synchronous = ${mode === 'durable' ? 'FULL' : 'NORMAL'}`);
    database.pragma('wal_autocheckpoint = 10000');
    database.pragma('journal_size_limit = 134217728');
  }
  database.pragma(`cache_size = -${mode === 'durable' ? SMALL_CACHE_KIB : CACHE_KIB}`);
  database.pragma('temp_store = MEMORY');
  database.pragma('mmap_size = 268435456');
  database.pragma('busy_timeout = 0');
}
