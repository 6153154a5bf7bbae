import type { LedgerId } from '../../model/ids.js';
import type { Db, Session } from '../session.js';
import { sql } from '../sql.js';
import type { HeadNotice } from '../store.js';
import { derivedTableNames, type LedgerTable } from '../tables.js';
import { lockLedger, numberOf } from './ledgers.js';
import { publish } from './outbox.js';

/** On which PostgreSQL tells that a ledger's checkpoint moved. */
export const OUTBOX_CHANNEL = 'parley_outbox';
/** Blocks deleted in one statement. */
const PRUNED_AT_ONCE = 1000;

export async function notice(
  session: Session,
  ledger: LedgerId,
  head: HeadNotice,
  keepRetracted: number,
): Promise<void> {
  const no = await numberOf(session, ledger);
  await session.db.transaction().execute(async (trx) => {
    const state = await heardOf(trx, session, await lockLedger(trx, session, no), head);
    await saveLedger(trx, session, state);
    await prune(trx, session, state, head.number - keepRetracted);
  });
}

/** Moves finality forward, never back, and publishes the blocks that became final. */
export async function heardOf(trx: Db, session: Session, state: LedgerTable, head: HeadNotice): Promise<LedgerTable> {
  const finalized = Math.max(state.finalized, head.finalized);
  const moved = {
    ...{ ...state, finalized, safe: Math.max(state.safe, head.safe, finalized) },
    ...{ head_number: head.number, head_hash: head.hash, head_seen_at_ms: head.seenAtMs },
  };
  if (finalized === state.finalized || state.tip_number === null) return moved;
  const blocks = await trx
    .selectFrom('block')
    .select(['seq', 'number', 'hash'])
    .where((e) => e.and({ ledger: state.no, canonical: 1 }))
    .where('number', '>', state.finalized)
    .where('number', '<=', Math.min(finalized, state.tip_number))
    .orderBy('number')
    .execute();
  return publish(trx, session, moved, 'FINALIZED', blocks);
}

/** Saves a checkpoint, and wakes whoever watches the outbox once the transaction is committed. */
export async function saveLedger(trx: Db, session: Session, { no, ...state }: LedgerTable): Promise<void> {
  await trx.updateTable('ledger').set(state).where('no', '=', no).execute();
  if (session.traits.name === 'postgres') await sql`select pg_notify(${OUTBOX_CHANNEL}, '')`.execute(trx);
}

/**
 * Forgets retracted blocks below a number, but for those that lead to one above it: no block is kept without its ancestors, or it
 * could neither be told of nor replayed. From the top, so that this holds where not all of it is done at once.
 */
async function prune(trx: Db, session: Session, { no }: LedgerTable, below: number): Promise<void> {
  const { rows: old } = await sql<{ seq: number }>`
    with recursive needed (seq, parent_hash) as (
      select b.seq, b.parent_hash from block as b where b.ledger = ${no} and b.canonical = 0 and b.number >= ${below}
      union
      select b.seq, b.parent_hash from needed cross join block as b
      where b.ledger = ${no} and b.hash = needed.parent_hash and b.canonical = 0)
    select b.seq from block as b where b.ledger = ${no} and b.canonical = 0 and b.number < ${below}
      and b.seq not in (select seq from needed)
    order by b.number desc limit ${sql.lit(PRUNED_AT_ONCE)}`.execute(trx);
  await forget(
    trx,
    session,
    no,
    old.map(({ seq }) => seq),
  );
}

/** Deletes blocks with everything derived from them. */
export async function forget(trx: Db, session: Session, no: number, seqs: readonly number[]): Promise<void> {
  if (seqs.length === 0) return;
  const keys = session.traits.keys(
    seqs.map((seq) => [seq]),
    ['bigint'],
  );
  for (const table of ['raw_block', ...derivedTableNames] as const) {
    await sql`delete from ${sql.table(table)} where ledger = ${no} and seq in (select k0 from ${keys} as k)`.execute(
      trx,
    );
  }
}
