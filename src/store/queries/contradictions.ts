import { ledgerKind, type LedgerId } from '../../model/ids.js';
import type { Db, Session } from '../session.js';
import type { StoreContradiction } from '../store.js';
import { derivedTableNames, type LedgerTable } from '../tables.js';
import { numberOf } from './ledgers.js';
import { foldOutbox } from './outboxFold.js';
import { inSnapshot } from '../snapshots.js';
import { sql, type Fragment } from '../sql.js';

const MOST_REPORTED = 1000;

/** Where the store contradicts itself about a ledger, without asking the ledger. */
export async function contradictions(session: Session, ledger: LedgerId): Promise<readonly StoreContradiction[]> {
  const no = await numberOf(session, ledger);
  return inSnapshot(session, async (trx) => {
    const state = await trx.selectFrom('ledger').selectAll().where('no', '=', no).executeTakeFirstOrThrow();
    const found = [
      ...(await checkpoint(trx, state)),
      ...(await orphans(trx, no)),
      ...(await retractions(trx, no)),
      ...(await foldOutbox(trx, state)),
    ];
    return found.slice(0, MOST_REPORTED);
  });
}

const ofLedger = (
  column: string,
  got: string | number | null,
  expected: string | number | null,
): StoreContradiction => ({
  ...{ table: 'ledger', block: null, key: 'checkpoint', column, got, expected },
});

async function checkpoint(trx: Db, state: LedgerTable): Promise<StoreContradiction[]> {
  const { rows } = await sql<{
    blocks: number;
    top: number | null;
    hash: string | null;
    seq: number;
    position: number;
  }>`
    select (select count(*) from block where ledger = ${state.no} and canonical = 1) as blocks,
      (select max(number) from block where ledger = ${state.no} and canonical = 1) as top,
      (select hash from block where ledger = ${state.no} and canonical = 1 order by number desc limit 1) as hash,
      (select coalesce(max(seq), -1) from outbox where ledger = ${state.no}) as seq,
      (select coalesce(max(position), 0) from outbox where ledger = ${state.no}) as position`.execute(trx);
  const [held] = rows;
  if (held === undefined) return [];
  const expectedBlocks = state.tip_number === null ? 0 : state.tip_number - state.start_block + 1;
  const compared: readonly (readonly [string, string | number | null, string | number | null])[] = [
    ['kind', state.kind, ledgerKind(state.id as LedgerId)],
    ['tip_number', state.tip_number, held.top],
    ['tip_hash', state.tip_hash, held.hash],
    ['next_seq', state.next_seq, held.seq + 1],
    ['outbox_position', state.outbox_position, held.position],
    ['rebuild_seq', state.rebuild_seq, null],
    ['rebuild_number', state.rebuild_number, null],
    ['rebuild_hash', state.rebuild_hash, null],
    ['safe', state.safe, Math.max(state.safe, state.finalized)],
  ];
  const wrong = compared
    .filter(([, got, expected]) => got !== expected)
    .map(([column, got, expected]) => ofLedger(column, got, expected));
  if (held.blocks === expectedBlocks) return wrong;
  const count = { table: 'block', block: null, key: 'canonical blocks', column: null };
  return [...wrong, { ...count, got: held.blocks, expected: expectedBlocks }];
}

/** Rows that hang on no block, and rows of a ledger that the store does not know. */
async function orphans(trx: Db, no: number): Promise<StoreContradiction[]> {
  const ours = sql`(t.ledger = ${no} or t.ledger not in (select no from ledger))`;
  const found: StoreContradiction[] = [];
  for (const table of derivedTableNames) {
    const owner = table === 'block' ? 'raw_block' : 'block';
    found.push(...(await without(trx, table, owner, ours)));
  }
  return [...found, ...(await without(trx, 'raw_block', 'block', ours)), ...(await strangers(trx))];
}

async function without(trx: Db, table: string, owner: string, ours: Fragment): Promise<StoreContradiction[]> {
  const { rows } = await sql<{ seq: number; number: number }>`
    select t.seq, t.number from ${sql.table(table)} as t
    where ${ours} and not exists (select 1 from ${sql.table(owner)} as o where o.ledger = t.ledger and o.seq = t.seq)
    limit ${sql.lit(MOST_REPORTED)}`.execute(trx);
  return rows.map(({ seq, number }) => ({
    ...{ table, block: number, key: `sequence ${seq}`, column: 'seq', got: seq },
    expected: `a row of ${owner}`,
  }));
}

async function strangers(trx: Db): Promise<StoreContradiction[]> {
  const { rows } = await sql<{ ledger: number; position: number; number: number }>`
    select ledger, position, number from outbox where ledger not in (select no from ledger)
    limit ${sql.lit(MOST_REPORTED)}`.execute(trx);
  return rows.map(({ ledger, position, number }) => ({
    ...{ table: 'outbox', block: number, key: `position ${position}`, column: 'ledger', got: ledger },
    expected: 'a known ledger',
  }));
}

/** A retracted block says at which entry of the outbox it was taken back; a canonical one says nothing. */
async function retractions(trx: Db, no: number): Promise<StoreContradiction[]> {
  const { rows } = await sql<{ number: number; hash: string; retracted_at: number | null; position: number | null }>`
    select b.number, b.hash, b.retracted_at, o.position
    from block as b left join outbox as o on b.canonical = 0 and o.ledger = b.ledger and o.position = b.retracted_at
      and o.kind = 'RETRACTED' and o.hash = b.hash
    where b.ledger = ${no} and ((b.canonical = 0 and o.position is null)
      or (b.canonical = 1 and b.retracted_at is not null)) limit ${sql.lit(MOST_REPORTED)}`.execute(trx);
  return rows.map(({ number, hash, retracted_at: got }) => ({
    ...{ table: 'block', block: number, key: hash, column: 'retracted_at', got },
    expected: 'the position of its RETRACTED entry, or null on the chain',
  }));
}
