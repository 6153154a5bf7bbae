import pg from 'pg';

const CONNECT_TIMEOUT_MS = 10_000;
/** A holder says that it lives this often. */
const BEAT_MS = 1_000;

const KEY = 'hashtextextended($1, 0)';
/** Until the end of the transaction. */
export const TRY_LOCK_SHORTLY = `select pg_try_advisory_xact_lock(${KEY}) as held`;
const TRY_LOCK = `select pg_try_advisory_lock(${KEY}) as held`;
/**
 * Ends the connection that has the lock, where it was silent for so long: each beat is a statement, and the server notes when its last one
 * ended. So the clock is the server's alone, and nothing need be written to stay alive.
 */
export const END_SILENT = `select pg_terminate_backend(a.pid) from pg_locks as l join pg_stat_activity as a on a.pid = l.pid
  where l.locktype = 'advisory' and l.granted and l.objsubid = 1 and a.datname = current_database()
    and l.database = (select oid from pg_database where datname = current_database())
    and ((cast(l.classid as bigint) << 32) | cast(l.objid as bigint)) = ${KEY}
    and a.state like 'idle%' and a.state_change < clock_timestamp() - cast($2 as integer) * interval '1 millisecond'`;

/** A connection that nothing else uses: an advisory lock of the server is let go when it ends. */
export async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({
    ...{ connectionString: url, keepAlive: true, connectionTimeoutMillis: CONNECT_TIMEOUT_MS },
  });
  // Whoever asks next hears of it.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return client;
  } catch (error) {
    await client.end();
    throw error;
  }
}

export async function tryLock(client: pg.Client, name: string): Promise<boolean> {
  const { rows } = await client.query<{ held: boolean }>(TRY_LOCK, [name]);
  return rows[0]?.held === true;
}

/** Ends the connection that holds the lock, where it said nothing for so long; true where one was ended. */
export async function endSilent(client: pg.Client, name: string, silentMs: number): Promise<boolean> {
  const { rowCount } = await client.query(END_SILENT, [name, silentMs]);
  return (rowCount ?? 0) > 0;
}

/** Keeps a connection that holds a lock from falling silent; `onLost` is called once, where it ended. Stopped by what is given back. */
export function beat(client: pg.Client, onLost: () => void): () => void {
  let over = false;
  const lose = (): void => {
    if (over) return;
    stop();
    onLost();
  };
  const beating = setInterval(() => void client.query('select 1').catch(lose), BEAT_MS);
  const stop = (): void => {
    over = true;
    clearInterval(beating);
  };
  client.on('error', lose);
  client.on('end', lose);
  return stop;
}
