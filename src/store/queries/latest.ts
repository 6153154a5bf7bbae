import type { Db, Session } from '../session.js';
import { sql, type Fragment } from '../sql.js';
import type { GovernanceTable } from '../tables.js';

/** What tells things apart of which a table holds versions. */
const things: readonly (readonly [table: Exclude<GovernanceTable, 'proposal_missing'>, columns: readonly string[]])[] =
  [
    ['proposal', ['proposal']],
    ['vote', ['proposal', 'voter']],
    ['invitation', ['native_id']],
    ['consortium', ['ledger']],
  ];

/**
 * Says anew which version is the newest on the chain, of each thing that these blocks touch. Do and undo alike: after blocks were
 * appended, and after they were taken back.
 */
export async function markLatest(trx: Db, session: Session, no: number, seqs: readonly number[]): Promise<void> {
  if (seqs.length === 0) return;
  const keys = session.traits.keys(
    seqs.map((seq) => [seq]),
    ['bigint'],
  );
  for (const [table, columns] of things) {
    const names = (alias: string): Fragment => sql.join(columns.map((column) => sql.ref(`${alias}.${column}`)));
    const touched = sql`t.ledger = ${no} and (${names('t')}) in (select ${names('s')} from ${sql.table(table)} as s
      where s.ledger = ${no} and s.seq in (select k0 from ${keys} as k))`;
    const same = sql.join(
      columns.map((column) => sql`${sql.ref(`q.${column}`)} = ${sql.ref(`t.${column}`)}`),
      sql` and `,
    );
    const newer = sql`(q.number > t.number or (q.number = t.number and q.ordinal > t.ordinal))`;
    await sql`update ${sql.table(table)} as t set latest = 0 where t.latest = 1 and ${touched}`.execute(trx);
    await sql`update ${sql.table(table)} as t set latest = 1 where t.canonical = 1 and ${touched}
      and not exists (select 1 from ${sql.table(table)} as q
        where q.ledger = ${no} and ${same} and q.canonical = 1 and ${newer})`.execute(trx);
  }
  await sql`update proposal_missing as t set latest = case when exists (select 1 from proposal as p
      where p.ledger = t.ledger and p.seq = t.seq and p.ordinal = t.ordinal and p.latest = 1) then 1 else 0 end
    where t.ledger = ${no} and t.proposal in (select s.proposal from proposal as s
      where s.ledger = ${no} and s.seq in (select k0 from ${keys} as k))`.execute(trx);
}
