import type { Kysely } from 'kysely';
import type { Session } from './session.js';
import type { Tables } from './tables.js';
import { Unchanged } from './unchanged.js';

/** Runs work on one state of the store, over connections of its own: other reads and writes go on meanwhile. */
export interface Snapshots {
  run<T>(work: (session: Session) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** `open` gives the connections when they are first needed; at most `atOnce` snapshots are read at a time, the others wait in order. */
export function createSnapshots(
  session: Session,
  open: () => { readonly db: Kysely<Tables>; readonly own: boolean },
  atOnce: number,
): Snapshots {
  let opened: ReturnType<typeof open> | null = null;
  const waiting: (() => void)[] = [];
  let running = 0;
  const turn = (): Promise<void> | undefined => {
    if (running < atOnce) {
      running += 1;
      return undefined;
    }
    return new Promise((resolve) => waiting.push(resolve));
  };
  // Invariant: who waits takes over the place of the one that ends.
  const done = (): void => {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  };
  return {
    async run(work) {
      await turn();
      try {
        opened ??= open();
        return await inSnapshot({ ...session, db: opened.db }, (db) =>
          // What is kept may be newer than the snapshot.
          work({ ...session, db, ledgers: session.ledgers.over(db), unchanged: new Unchanged(() => null) }),
        );
      } finally {
        done();
      }
    },
    async close() {
      if (opened?.own === true) await opened.db.destroy();
    },
  };
}

/** One state of the store, while others write. */
export function inSnapshot<T>(session: Session, read: (trx: Kysely<Tables>) => Promise<T>): Promise<T> {
  const transaction = session.db.transaction().setAccessMode('read only');
  return (session.traits.name === 'sqlite' ? transaction : transaction.setIsolationLevel('repeatable read')).execute(
    read,
  );
}
