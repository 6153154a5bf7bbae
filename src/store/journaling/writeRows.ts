import type { Insertable, Selectable, Updateable } from 'kysely';
import type { LedgerId } from '../../model/ids.js';
import type { WriteChange, WriteRecord, WriteState } from '../journal.js';
import type { WriteTable } from '../tables.js';

export const recordOf = (row: Selectable<WriteTable>): WriteRecord => ({
  id: row.id,
  caller: row.caller,
  mutation: row.mutation,
  idempotencyKey: row.idempotency_key,
  inputDigest: row.input_digest,
  ledger: row.ledger as LedgerId,
  transaction: row.transaction_id,
  bytes: row.bytes,
  from: row.from_address,
  nonce: row.nonce,
  state: row.state as WriteState,
  answer: row.answer,
  createdMs: row.created_ms,
  updatedMs: row.updated_ms,
  owner: row.owner,
});

export const rowOf = (record: WriteRecord): Insertable<WriteTable> => ({
  id: record.id,
  caller: record.caller,
  mutation: record.mutation,
  idempotency_key: record.idempotencyKey,
  input_digest: record.inputDigest,
  ledger: record.ledger,
  transaction_id: record.transaction,
  bytes: record.bytes,
  from_address: record.from,
  nonce: record.nonce,
  state: record.state,
  answer: record.answer,
  created_ms: record.createdMs,
  updated_ms: record.updatedMs,
  owner: record.owner,
});

export const changedColumns = (change: WriteChange): Updateable<WriteTable> => ({
  ...(change.transaction === undefined ? {} : { transaction_id: change.transaction }),
  ...(change.bytes === undefined ? {} : { bytes: change.bytes }),
  ...(change.from === undefined ? {} : { from_address: change.from }),
  ...(change.nonce === undefined ? {} : { nonce: change.nonce }),
  ...(change.state === undefined ? {} : { state: change.state }),
  ...(change.answer === undefined ? {} : { answer: change.answer }),
});
