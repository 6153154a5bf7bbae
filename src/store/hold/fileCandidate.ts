import Database from 'better-sqlite3';
import type { LedgerId } from '../../model/ids.js';
import { NEXT_EPOCH, SET_EPOCH } from './epoch.js';
import type { Candidate, IngestHold } from './hold.js';
import { lockedFile } from './lockedFile.js';

/** Another ledger's transaction may be under way when an epoch begins. */
const WRITER_WAIT_MS = 5_000;

/**
 * Holds a file beside the store that SQLite locks: the system lets go of it when the process ends. One that is merely stopped keeps it;
 * it cannot be told from one that works.
 */
export function fileCandidate(path: string, ledger: LedgerId): Candidate {
  return {
    async take() {
      const file = lockedFile(`${path}-ingest-${ledger.replace(':', '-')}`);
      return file === null ? null : heldBy(file, path, ledger);
    },
    close: () => Promise.resolve(),
  };
}

function heldBy(file: Database.Database, path: string, ledger: LedgerId): IngestHold {
  const release = (): Promise<void> => {
    file.close();
    return Promise.resolve();
  };
  try {
    return { epoch: nextEpoch(path, ledger), lost: new AbortController().signal, release };
  } catch (error) {
    file.close();
    throw error;
  }
}

function nextEpoch(path: string, ledger: LedgerId): number {
  const store = new Database(path, { fileMustExist: true, timeout: WRITER_WAIT_MS });
  try {
    return store
      .transaction(() => {
        const epoch = store.prepare<[object], number>(numbered(NEXT_EPOCH)).pluck().get({ 1: ledger }) ?? 1;
        store.prepare(numbered(SET_EPOCH)).run({ 1: ledger, 2: epoch });
        return epoch;
      })
      .immediate();
  } finally {
    store.close();
  }
}

/** SQLite's words for a numbered parameter. */
const numbered = (statement: string): string => statement.replaceAll('$', '?');
