import type { LedgerId } from '../../model/ids.js';
import type { NewWrite, WriteChange, WriteRecord, WriteState } from '../journal.js';
import type { Db } from '../session.js';
import { changedColumns, recordOf, rowOf } from './writeRows.js';

export async function begin(db: Db, owner: number, write: NewWrite): Promise<{ record: WriteRecord; begun: boolean }> {
  const record = { ...write, owner };
  const inserted = await db
    .insertInto('write')
    .values(rowOf(record))
    .onConflict((conflict) => conflict.columns(['caller', 'mutation', 'idempotency_key']).doNothing())
    .returning('id')
    .executeTakeFirst();
  if (inserted !== undefined) return { record, begun: true };
  const earlier = await byKey(db, record.caller, record.mutation, record.idempotencyKey ?? '');
  // Forgotten between the two statements: whoever held the key gave it up.
  return earlier === null ? begin(db, owner, write) : { record: earlier, begun: false };
}

export async function byKey(db: Db, caller: string, mutation: string, key: string): Promise<WriteRecord | null> {
  const row = await db
    .selectFrom('write')
    .selectAll()
    .where('caller', '=', caller)
    .where('mutation', '=', mutation)
    .where('idempotency_key', '=', key)
    .executeTakeFirst();
  return row === undefined ? null : recordOf(row);
}

export async function update(
  db: Db,
  owner: number,
  id: string,
  from: readonly WriteState[],
  change: WriteChange,
): Promise<boolean> {
  const changed = await db
    .updateTable('write')
    .set({ ...changedColumns(change), updated_ms: Date.now() })
    .where('id', '=', id)
    .where('owner', '=', owner)
    .where('state', 'in', from)
    .returning('id')
    .executeTakeFirst();
  if (changed === undefined) return false;
  // Nobody sends it again: where no pool has it the next transaction takes its place, and no others wait behind a gap for ever.
  if (change.state === 'LOST') await db.deleteFrom('wallet_nonce').where('write_id', '=', id).execute();
  return true;
}

export async function forget(db: Db, owner: number, id: string): Promise<boolean> {
  const gone = await db
    .deleteFrom('write')
    .where('id', '=', id)
    .where('owner', '=', owner)
    .where('state', '=', 'PREPARED')
    .returning('id')
    .executeTakeFirst();
  if (gone === undefined) return false;
  await db.deleteFrom('wallet_nonce').where('write_id', '=', id).execute();
  return true;
}

export async function refuse(
  db: Db,
  owner: number,
  id: string,
  from: readonly WriteState[],
  answer: string | null,
): Promise<boolean> {
  if (!(await update(db, owner, id, from, { state: 'SETTLED', ...(answer === null ? {} : { answer }) }))) return false;
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
