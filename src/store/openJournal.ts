import { Kysely } from 'kysely';
import { openPostgres } from './dialect/openPostgres.js';
import { openSqlite } from './dialect/openSqlite.js';
import { postgresTraits, sqliteTraits } from './dialect/traits.js';
import type { StoreJournal, WriteRecord } from './journal.js';
import { requireCurrent } from './migrations/migrate.js';
import { returnNonce, takeNonce } from './journaling/nonces.js';
import { prune } from './journaling/prune.js';
import { fileLives } from './journaling/fileLives.js';
import type { Lives } from './journaling/lives.js';
import { dropRequest, keepRequest, releaseRequest, requestUser, takeRequest } from './journaling/requests.js';
import { serverLives } from './journaling/serverLives.js';
import { otherOwners, takeOverFrom } from './journaling/takeOver.js';
import { begin, byId, byKey, byTransaction, forget, refuse, update } from './journaling/writes.js';
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
  const turn = (sqlite ? inTurn() : (work: () => Promise<unknown>) => work()) as Turn;
  try {
    await requireCurrent(db, sqlite ? sqliteTraits : postgresTraits);
    const owner = await nextOwner(db);
    const lives =
      address.kind === 'sqlite' ? fileLives(address.path, owner) : await serverLives(address.url, owner, db);
    return journalOver({ db, turn, owner, lives });
  } catch (error) {
    await db.destroy();
    throw error;
  }
}

/** A number that no process had before. */
async function nextOwner(db: Db): Promise<number> {
  const { last } = await db
    .updateTable('write_owner')
    .set(({ eb }) => ({ last: eb('last', '+', 1) }))
    .returning('last')
    .executeTakeFirstOrThrow();
  return last;
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

interface JournalParts {
  readonly db: Kysely<Tables>;
  readonly turn: Turn;
  readonly owner: number;
  readonly lives: Lives;
}

function journalOver({ db, turn, owner, lives }: JournalParts): StoreJournal {
  const run =
    <Rest extends unknown[], T>(work: (db: Db, ...rest: Rest) => Promise<T>) =>
    (...rest: Rest): Promise<T> =>
      turn(() => db.transaction().execute((transaction) => work(transaction, ...rest)));
  const own = <Rest extends unknown[], T>(work: (db: Db, owner: number, ...rest: Rest) => Promise<T>) =>
    run((transaction, ...rest: Rest) => work(transaction, owner, ...rest));
  return {
    owner,
    begin: own(begin),
    update: own(update),
    forget: own(forget),
    refuse: own(refuse),
    byId: run(byId),
    byKey: run(byKey),
    byTransaction: run(byTransaction),
    takeOver: async () => {
      const taken: WriteRecord[] = [];
      for (const other of await run(otherOwners)(owner))
        if (await lives.isOver(other)) taken.push(...(await own(takeOverFrom)(other)));
      return taken;
    },
    takeNonce: run(takeNonce),
    returnNonce: run(returnNonce),
    keepRequest: run(keepRequest),
    takeRequest: async (id, caller) => {
      const user = await run(requestUser)(id, caller);
      if (user === undefined || user === owner || (user !== null && !(await lives.isOver(user)))) return null;
      return own(takeRequest)(id, user);
    },
    releaseRequest: own(releaseRequest),
    dropRequest: own(dropRequest),
    prune: run(prune),
    close: async () => {
      await lives.close();
      await turn(() => db.destroy());
    },
  };
}
