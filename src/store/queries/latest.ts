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
    const same = (one: string, other: string): Fragment =>
      sql.join(
        columns.map((column) => sql`${sql.ref(`${one}.${column}`)} = ${sql.ref(`${other}.${column}`)}`),
        sql` and `,
      );
    // Driven by the blocks: from their versions to all versions of the same things, by the index of versions.
    const touched = (which: Fragment): Fragment => sql`(ledger, seq, ordinal) in (
      select v.ledger, v.seq, v.ordinal from ${keys} as k cross join ${sql.table(table)} as s
        cross join ${sql.table(table)} as v
      where s.ledger = ${no} and s.seq = k.k0 and v.ledger = ${no} and ${same('v', 's')} and ${which})`;
    // The plus signs keep SQLite from reading all later blocks in place of the thing's own versions.
    const newer = sql`(+q.number > v.number or (+q.number = v.number and q.ordinal > v.ordinal))`;
    await sql`update ${sql.table(table)} set latest = 0 where ${touched(sql`v.latest = 1`)}`.execute(trx);
    await sql`update ${sql.table(table)} set latest = 1 where ${touched(sql`+v.canonical = 1
      and not exists (select 1 from ${sql.table(table)} as q
        where q.ledger = ${no} and ${same('q', 'v')} and +q.canonical = 1 and ${newer})`)}`.execute(trx);
  }
  await sql`update proposal_missing set latest = case when exists (select 1 from proposal as p
      where p.ledger = proposal_missing.ledger and p.seq = proposal_missing.seq
        and p.ordinal = proposal_missing.ordinal and p.latest = 1) then 1 else 0 end
    where (ledger, seq, ordinal, native_id) in (
      select m.ledger, m.seq, m.ordinal, m.native_id from ${keys} as k cross join proposal as s
        cross join proposal_missing as m
      where s.ledger = ${no} and s.seq = k.k0 and m.ledger = ${no} and m.proposal = s.proposal)`.execute(trx);
}
