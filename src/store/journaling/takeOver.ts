import type { WriteRecord } from '../journal.js';
import type { Db } from '../session.js';
import { recordOf } from './writeRows.js';

const AT_MOST = 1_000;

/** Other processes that have writes which are not settled. */
export async function otherOwners(db: Db, own: number): Promise<readonly number[]> {
  const rows = await db
    .selectFrom('write')
    .select('owner')
    .distinct()
    .where('state', 'in', ['PREPARED', 'SENT'])
    .where('owner', '<>', own)
    .execute();
  return rows.map(({ owner }) => owner);
}

/** Forgets what a process that is over never sent, and takes what it sent: at most 1,000, oldest first. */
export async function takeOverFrom(db: Db, own: number, from: number): Promise<readonly WriteRecord[]> {
  const unsent = db.selectFrom('write').select('id').where('owner', '=', from).where('state', '=', 'PREPARED');
  await db.deleteFrom('wallet_nonce').where('write_id', 'in', unsent).execute();
  await db.deleteFrom('write').where('owner', '=', from).where('state', '=', 'PREPARED').execute();
  const sent = db
    .selectFrom('write')
    .select('id')
    .where('owner', '=', from)
    .where('state', '=', 'SENT')
    .orderBy('created_ms')
    .orderBy('id')
    .limit(AT_MOST);
  const taken = await db
    .updateTable('write')
    .set({ owner: own })
    .where('id', 'in', sent)
    // Whoever was quicker has it.
    .where('owner', '=', from)
    .where('state', '=', 'SENT')
    .returningAll()
    .execute();
  return taken.map(recordOf).sort((a, b) => a.createdMs - b.createdMs);
}
