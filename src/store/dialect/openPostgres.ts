import type { Dialect, PostgresPool, PostgresPoolClient } from 'kysely';
import { PostgresDialect } from 'kysely';
import pg from 'pg';
import { storeError } from './storeError.js';

const CONNECT_TIMEOUT_MS = 10_000;
const INT8 = 20;

/** A pool of connections; eight-byte integers come as numbers (all that are stored are safe). */
export function openPostgres(url: string, connections: number): Dialect {
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
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
