import Database from 'better-sqlite3';
import pg from 'pg';
import { pause } from '../lib/pause.js';
import { storeError } from './dialect/storeError.js';
import { OUTBOX_CHANNEL } from './queries/finality.js';
import { parseStoreUrl } from './url.js';

/** How often a file is looked at: one read of its shared memory. */
const FILE_POLL_MS = 20;
/** A net under the server's notifications: a connection may die without a word. */
const NET_MS = 1_000;
const RECONNECT_MS = 250;
const CONNECT_TIMEOUT_MS = 5_000;

/** Looks at a store for others. */
export interface OutboxWatch {
  close(): Promise<void>;
}

/**
 * Calls `onWake` soon after any process has written into the store, and now and then without a reason. Never gives up: a server that is
 * gone is connected to again, with a wake-up afterwards. Errors: `CONFIG_INVALID`, `STORE_UNAVAILABLE` where a file cannot be opened.
 */
export function watchOutbox(url: string, onWake: () => void): OutboxWatch {
  const address = parseStoreUrl(url);
  return address.kind === 'sqlite' ? watchFile(address.path, onWake) : watchServer(address.url, onWake);
}

/** `data_version` changes when another connection has committed. */
function watchFile(path: string, onWake: () => void): OutboxWatch {
  const file = openFile(path);
  const version = file.prepare('pragma data_version').pluck();
  // Where it cannot be asked, whoever is woken reads the store, and hears there of its state.
  const ask = (): unknown => {
    try {
      return version.get();
    } catch {
      return null;
    }
  };
  let last = ask();
  const timer = setInterval(() => {
    const now = ask();
    if (now === last) return;
    last = now;
    onWake();
  }, FILE_POLL_MS);
  return {
    close: () => {
      clearInterval(timer);
      file.close();
      return Promise.resolve();
    },
  };
}

function openFile(path: string): Database.Database {
  try {
    return new Database(path, { readonly: true });
  } catch (error) {
    throw storeError(error);
  }
}

function watchServer(url: string, onWake: () => void): OutboxWatch {
  const stop = new AbortController();
  const listening = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      await listen(url, onWake, stop.signal);
      await pause(RECONNECT_MS, stop.signal);
    }
  };
  const done = listening();
  const net = setInterval(onWake, NET_MS);
  return {
    close: async () => {
      clearInterval(net);
      stop.abort();
      await done;
    },
  };
}

/** Listens until the connection ends, which is no failure: whoever is woken reads the store, and hears there of its state. */
async function listen(url: string, onWake: () => void, signal: AbortSignal): Promise<void> {
  const client = new pg.Client({
    ...{ connectionString: url, keepAlive: true, connectionTimeoutMillis: CONNECT_TIMEOUT_MS },
  });
  const ended = new Promise<void>((resolve) => {
    client.once('end', resolve);
    client.on('error', () => resolve());
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  client.on('notification', onWake);
  try {
    await client.connect();
    await client.query(`listen ${OUTBOX_CHANNEL}`);
    onWake();
    await ended;
  } catch {
    // The net wakes meanwhile; the next attempt comes soon.
  } finally {
    await client.end().catch(() => undefined);
  }
}
