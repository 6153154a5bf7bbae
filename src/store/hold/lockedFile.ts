import Database from 'better-sqlite3';
import { errorCode } from '../dialect/storeError.js';

/** A file that SQLite locks for this process, made where it is absent; null where another has it. The system lets go of it when the process ends. */
export function lockedFile(path: string): Database.Database | null {
  const file = new Database(path, { timeout: 0 });
  try {
    file.exec('begin exclusive');
    return file;
  } catch (error) {
    file.close();
    if (errorCode(error).startsWith('SQLITE_BUSY')) return null;
    throw error;
  }
}
