import type { Dialect, PostgresPool, PostgresPoolClient } from 'kysely';
import { PostgresDialect } from 'kysely';
import pg from 'pg';
import { storeError } from './storeError.js';
import type { StoreMode } from './storeMode.js';

const CONNECT_TIMEOUT_MS = 10_000;
const INT8 = 20;
/**
 * What a server does by itself where we cannot: it ends a read that nobody waits for any more and that would keep a connection of the
 * pool; a wait for a ledger's lock; and a transaction whose process or network is gone, which would keep that lock for hours.
 */
const READ_WITHIN_MS = 30_000;
const LOCK_WITHIN_MS = 20_000;
const IDLE_IN_TRANSACTION_MS = 60_000;

/** A pool of connections; eight-byte integers come as numbers (all that are stored are safe). */
export function openPostgres(url: string, connections: number, mode: StoreMode): Dialect {
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    // By statement, not when connecting: poolers between us and the server refuse settings that they do not know there.
    // The pool waits for the promise, though its types do not say so.
    onConnect: ((client: pg.ClientBase) => client.query(settings(mode))) as (client: pg.ClientBase) => void,
    types: {
      getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
        oid === INT8 && format !== 'binary'
          ? Number
          : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
    },
  });
  // An idle connection that breaks is dropped from the pool; whoever asks next hears of the server's state.
  pool.on('error', () => undefined);
  return new PostgresDialect({ pool: translated(pool) });
}

const settings = (mode: StoreMode): string =>
  `set lock_timeout = ${LOCK_WITHIN_MS}; set idle_in_transaction_session_timeout = ${IDLE_IN_TRANSACTION_MS}` +
  (mode === 'read' ? `; set statement_timeout = ${READ_WITHIN_MS}; set default_transaction_read_only = on` : '') +
  (mode === 'durable' ? '; set synchronous_commit = on' : '');

function translated(pool: pg.Pool): PostgresPool {
  const wrapped = new WeakMap<pg.PoolClient, PostgresPoolClient>();
  return {
    options: pool.options,
    connect: async () => {
      const client = await pool.connect().catch(rethrow);
      const known = wrapped.get(client) ?? wrap(client);
      wrapped.set(client, known);
      return known;
    },
    end: () => pool.end(),
  };
}

function wrap(client: pg.PoolClient): PostgresPoolClient {
  // A connection that breaks while it is ours tells whoever runs the statement; the event needs a listener all the same.
  client.on('error', () => undefined);
  return {
    query: (text: unknown, parameters?: readonly unknown[]) =>
      client.query(text as string, parameters as unknown[]).catch(rethrow),
    release: (destroy?: boolean) => client.release(destroy),
  } as unknown as PostgresPoolClient;
}

function rethrow(error: unknown): never {
  throw storeError(error);
}
