import { Kysely } from 'kysely';
import { openPostgres } from './dialect/openPostgres.js';
import { openSqlite } from './dialect/openSqlite.js';
import { postgresTraits, sqliteTraits } from './dialect/traits.js';
import type { StoreJournal } from './journal.js';
import { requireCurrent } from './migrations/migrate.js';
import { returnNonce, takeNonce } from './journaling/nonces.js';
import { prune } from './journaling/prune.js';
import { keepRequest, takeRequest } from './journaling/requests.js';
import { begin, byId, byTransaction, forget, open, refuse, update } from './journaling/writes.js';
import type { Db } from './session.js';
import type { Tables } from './tables.js';
import { parseStoreUrl } from './url.js';

/** Of one process to PostgreSQL, for writes alone. */
const CONNECTIONS = 4;

/**
 * Opens what writes remember, in a store that was made ready (`openStore`). A connection of its own, small, on which a commit is on disk.
 * Errors: as `openReader`.
 */
export async function openJournal(url: string): Promise<StoreJournal> {
  const address = parseStoreUrl(url);
  const sqlite = address.kind === 'sqlite';
  const dialect = sqlite ? openSqlite(address.path, 'durable') : openPostgres(address.url, CONNECTIONS, 'durable');
  const db = new Kysely<Tables>({ dialect });
  try {
    await requireCurrent(db, sqlite ? sqliteTraits : postgresTraits);
  } catch (error) {
    await db.destroy();
    throw error;
  }
  const turn = sqlite ? inTurn() : (work: () => Promise<unknown>) => work();
  return journalOver(db, turn as Turn);
}

type Turn = <T>(work: () => Promise<T>) => Promise<T>;

/** A SQLite connection has one transaction at a time. */
function inTurn(): Turn {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work, work);
    last = mine;
    return mine;
  };
}

function journalOver(db: Kysely<Tables>, turn: Turn): StoreJournal {
  const run =
    <Rest extends unknown[], T>(work: (db: Db, ...rest: Rest) => Promise<T>) =>
    (...rest: Rest): Promise<T> =>
      turn(() => db.transaction().execute((transaction) => work(transaction, ...rest)));
  return {
    begin: run(begin),
    update: run(update),
    forget: run(forget),
    refuse: run(refuse),
    byId: run(byId),
    byTransaction: run(byTransaction),
    open: run(open),
    takeNonce: run(takeNonce),
    returnNonce: run(returnNonce),
    keepRequest: run(keepRequest),
    takeRequest: run(takeRequest),
    prune: run(prune),
    close: () => turn(() => db.destroy()),
  };
}
