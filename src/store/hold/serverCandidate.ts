import type pg from 'pg';
import type { LedgerId } from '../../model/ids.js';
import { beat, connect, endSilent, tryLock } from './advisoryLock.js';
import { NEXT_EPOCH, SET_EPOCH } from './epoch.js';
import type { Candidate, IngestHold } from './hold.js';

/** A holder that was silent for so long is made to let go. */
const SILENT_MS = 4_000;
/** How long an epoch waits for a transaction of the holder before, and for how long that must have done nothing to be ended. */
const LOCK_LOOK_MS = 300;
const IDLE_MS = 1_000;
const LOCK_WITHIN_MS = 20_000;

/** Ends transactions that hold up a connection and have done nothing for a while: those of a process that is stopped. */
const END_IDLE_BLOCKERS = `select pg_terminate_backend(a.pid) from pg_stat_activity as a
  where a.pid = any (pg_blocking_pids($1)) and a.state like 'idle in transaction%'
    and a.state_change < clock_timestamp() - cast($2 as integer) * interval '1 millisecond'`;

/** Holds an advisory lock of a connection of its own: the server lets go of it when the connection ends. */
export function serverCandidate(url: string, ledger: LedgerId): Candidate {
  const lockName = `parley ingest ${ledger}`;
  let client: pg.Client | null = null;
  const connected = async (): Promise<pg.Client> => (client ??= await connect(url));
  return {
    async take() {
      const own = await connected();
      if (!(await tryLock(own, lockName))) {
        const ended = await endSilent(own, lockName, SILENT_MS);
        if (!ended || !(await tryLock(own, lockName))) return null;
      }
      const epoch = await nextEpoch(own, url, ledger);
      client = null;
      return beating(own, epoch);
    },
    async close() {
      await client?.end();
    },
  };
}

/** Begins an epoch. A process that was stopped in the middle of a transaction keeps the ledger's row: its transaction is ended. */
async function nextEpoch(client: pg.Client, url: string, ledger: LedgerId): Promise<number> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  const taking = writeEpoch(client, ledger);
  const settled = taking.then(
    () => true,
    () => true,
  );
  while (!(await Promise.race([settled, later(LOCK_LOOK_MS)]))) await endBlockers(url, rows[0]?.pid ?? 0);
  return taking;
}

async function writeEpoch(client: pg.Client, ledger: LedgerId): Promise<number> {
  await client.query(`begin; set local lock_timeout = ${LOCK_WITHIN_MS}`);
  const { rows } = await client.query<{ epoch: string }>(NEXT_EPOCH, [ledger]);
  const epoch = Number(rows[0]?.epoch);
  await client.query(SET_EPOCH, [ledger, epoch]);
  await client.query('commit');
  return epoch;
}

async function endBlockers(url: string, pid: number): Promise<void> {
  const other = await connect(url);
  try {
    await other.query(END_IDLE_BLOCKERS, [pid, IDLE_MS]);
  } finally {
    await other.end();
  }
}

const later = (ms: number): Promise<false> => new Promise((resolve) => setTimeout(() => resolve(false), ms));

function beating(client: pg.Client, epoch: number): IngestHold {
  const lost = new AbortController();
  const stop = beat(client, () => lost.abort());
  const release = async (): Promise<void> => {
    stop();
    await client.end();
  };
  return { epoch, lost: lost.signal, release };
}
