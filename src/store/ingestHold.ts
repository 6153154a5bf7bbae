import Database from 'better-sqlite3';
import pg from 'pg';
import { ParleyError } from '../errors/index.js';
import type { LedgerId } from '../model/ids.js';
import { errorCode, storeError } from './dialect/storeError.js';
import { parseStoreUrl } from './url.js';

/** The right to write one ledger into a store, for as long as it is held. It ends with the process, however that ends. */
export interface IngestHold {
  /** Aborted where the hold was lost without a release: nothing may be written any more. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

/**
 * Takes the right to write one ledger: one process at a time. Errors: `STORE_UNAVAILABLE` while another one has it, or where the
 * store does not answer.
 */
export async function holdIngest(url: string, ledger: LedgerId): Promise<IngestHold> {
  const address = parseStoreUrl(url);
  try {
    return address.kind === 'sqlite'
      ? holdFile(`${address.path}-ingest-${ledger.replace(':', '-')}`, ledger)
      : await holdAdvisory(address.url, ledger);
  } catch (error) {
    throw storeError(error);
  }
}

/** Does work that writes one ledger while this process alone may; `lost` as of the hold. Errors as `holdIngest`, and the work's. */
export async function whileHoldingIngest<T>(
  url: string,
  ledger: LedgerId,
  work: (lost: AbortSignal) => Promise<T>,
): Promise<T> {
  const hold = await holdIngest(url, ledger);
  try {
    return await work(hold.lost);
  } finally {
    await hold.release();
  }
}

const taken = (ledger: LedgerId): ParleyError =>
  new ParleyError('STORE_UNAVAILABLE', `Another process writes ${ledger} into this store`, {
    expected: 'one process at a time for each ledger of a store',
    fix: 'Stop the other one, or give this one a store of its own. A waiting Parley takes over by itself when the other ends.',
  });

/** A file beside the store that SQLite locks: the system lets go of it when the process ends. */
function holdFile(path: string, ledger: LedgerId): IngestHold {
  const file = new Database(path, { timeout: 0 });
  try {
    file.exec('begin exclusive');
  } catch (error) {
    file.close();
    throw errorCode(error).startsWith('SQLITE_BUSY') ? taken(ledger) : error;
  }
  const release = (): Promise<void> => {
    file.close();
    return Promise.resolve();
  };
  return { lost: new AbortController().signal, release };
}

/** An advisory lock of a connection of its own: the server lets go of it when the connection ends. */
async function holdAdvisory(url: string, ledger: LedgerId): Promise<IngestHold> {
  const client = new pg.Client({ connectionString: url, keepAlive: true, connectionTimeoutMillis: 10_000 });
  const lost = new AbortController();
  let released = false;
  client.on('error', () => lost.abort());
  client.on('end', () => {
    if (!released) lost.abort();
  });
  const release = async (): Promise<void> => {
    released = true;
    await client.end();
  };
  try {
    await client.connect();
    const { rows } = await client.query<{ held: boolean }>(
      'select pg_try_advisory_lock(hashtextextended($1, 0)) as held',
      [`parley ingest ${ledger}`],
    );
    if (rows[0]?.held !== true) throw taken(ledger);
    return { lost: lost.signal, release };
  } catch (error) {
    await release();
    throw error;
  }
}
