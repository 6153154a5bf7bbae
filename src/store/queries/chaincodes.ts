import type { ChaincodeDefinition } from '../../model/fabric.js';
import type { LedgerId } from '../../model/ids.js';
import type { Scope } from '../../model/scope.js';
import { visible, type Session } from '../session.js';
import { sql } from '../sql.js';
import type { ApprovalRow, ChaincodeRow } from '../store.js';
import type { ApprovalTable, DefinitionTable } from '../tables.js';
import { originalText } from '../text.js';

/** Rows of a lifecycle table on several ledgers, the newest of each group. */
async function newest<Row extends { readonly ledger: number }>(
  session: Session,
  scope: Scope,
  ledgers: readonly LedgerId[],
  table: 'chaincode_definition' | 'chaincode_approval',
  group: readonly string[],
): Promise<readonly (readonly Row[])[]> {
  const numbers = await visible(session, scope, ledgers);
  if (numbers.size === 0) return ledgers.map(() => []);
  const keys = session.traits.keys(
    [...numbers.values()].map((no) => [no]),
    ['bigint'],
  );
  const columns = sql.join(['t.ledger', ...group].map((column) => sql.ref(column)));
  const { rows } = await sql<Row>`
    select * from (
      select t.*, row_number() over (partition by ${columns} order by t.number desc, t.ordinal desc) as rank
      from ${keys} as k cross join ${sql.table(table)} as t where t.ledger = k.k0 and t.canonical = 1) as ranked
    where rank = 1 order by ledger, name, sequence, seq, ordinal`.execute(session.db);
  return ledgers.map((ledger) => rows.filter((row) => row.ledger === numbers.get(ledger)));
}

const definitionOf = (row: { readonly definition: string }): ChaincodeDefinition =>
  JSON.parse(row.definition) as ChaincodeDefinition;

export async function chaincodes(
  session: Session,
  scope: Scope,
  ledgers: readonly LedgerId[],
): Promise<readonly (readonly ChaincodeRow[])[]> {
  const found = await newest<DefinitionTable>(session, scope, ledgers, 'chaincode_definition', ['t.name']);
  return ledgers.map((ledger, at) =>
    (found[at] ?? []).map((row) => ({
      ledger,
      definition: definitionOf(row),
      block: { number: row.number, hash: row.block_hash },
      transactionIndex: row.tx_index,
    })),
  );
}

export async function approvals(
  session: Session,
  scope: Scope,
  ledgers: readonly LedgerId[],
): Promise<readonly (readonly ApprovalRow[])[]> {
  const found = await newest<ApprovalTable>(session, scope, ledgers, 'chaincode_approval', [
    ...['t.name', 't.msp_id', 't.sequence'],
  ]);
  return ledgers.map((ledger, at) =>
    (found[at] ?? []).map((row) => ({
      ledger,
      mspId: originalText(row.msp_id),
      definition: definitionOf(row),
      block: { number: row.number, hash: row.block_hash },
      transactionIndex: row.tx_index,
      timestampMs: row.timestamp_ms,
    })),
  );
}
