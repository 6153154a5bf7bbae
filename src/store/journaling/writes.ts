import type { LedgerId } from '../../model/ids.js';
import type { WriteChange, WriteRecord, WriteState } from '../journal.js';
import type { Db } from '../session.js';
import { changedColumns, recordOf, rowOf } from './writeRows.js';

const OPEN_AT_MOST = 1_000;

export async function begin(db: Db, record: WriteRecord): Promise<{ record: WriteRecord; begun: boolean }> {
  const inserted = await db
    .insertInto('write')
    .values(rowOf(record))
    .onConflict((conflict) => conflict.columns(['caller', 'mutation', 'idempotency_key']).doNothing())
    .returning('id')
    .executeTakeFirst();
  if (inserted !== undefined) return { record, begun: true };
  const earlier = await db
    .selectFrom('write')
    .selectAll()
    .where('caller', '=', record.caller)
    .where('mutation', '=', record.mutation)
    .where('idempotency_key', '=', record.idempotencyKey)
    .executeTakeFirst();
  // Forgotten between the two statements: whoever held the key gave it up.
  return earlier === undefined ? begin(db, record) : { record: recordOf(earlier), begun: false };
}

export async function update(db: Db, id: string, from: readonly WriteState[], change: WriteChange): Promise<boolean> {
  const changed = await db
    .updateTable('write')
    .set({ ...changedColumns(change), updated_ms: Date.now() })
    .where('id', '=', id)
    .where('state', 'in', from)
    .returning('id')
    .executeTakeFirst();
  return changed !== undefined;
}

export async function forget(db: Db, id: string): Promise<boolean> {
  const gone = await db
    .deleteFrom('write')
    .where('id', '=', id)
    .where('state', '=', 'PREPARED')
    .returning('id')
    .executeTakeFirst();
  if (gone === undefined) return false;
  await db.deleteFrom('wallet_nonce').where('write_id', '=', id).execute();
  return true;
}

export async function refuse(db: Db, id: string, from: readonly WriteState[], answer: string | null): Promise<boolean> {
  if (!(await update(db, id, from, { state: 'SETTLED', ...(answer === null ? {} : { answer }) }))) return false;
  await db.deleteFrom('wallet_nonce').where('write_id', '=', id).execute();
  return true;
}

export async function byId(db: Db, id: string): Promise<WriteRecord | null> {
  const row = await db.selectFrom('write').selectAll().where('id', '=', id).executeTakeFirst();
  return row === undefined ? null : recordOf(row);
}

export async function byTransaction(db: Db, ledger: LedgerId, transaction: string): Promise<WriteRecord | null> {
  const row = await db
    .selectFrom('write')
    .selectAll()
    .where('ledger', '=', ledger)
    .where('transaction_id', '=', transaction)
    .orderBy('created_ms', 'desc')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? null : recordOf(row);
}

export async function open(db: Db): Promise<readonly WriteRecord[]> {
  const rows = await db
    .selectFrom('write')
    .selectAll()
    .where('state', 'in', ['PREPARED', 'SENT'])
    .orderBy('created_ms')
    .orderBy('id')
    .limit(OPEN_AT_MOST)
    .execute();
  return rows.map(recordOf);
}
