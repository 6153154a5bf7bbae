import { sql } from 'kysely';
import { ParleyError } from '../../errors/index.js';
import type { BlockRef, DecodedBlock } from '../../model/block.js';
import type { LedgerId } from '../../model/ids.js';
import { derivedRows } from '../append/prepared.js';
import type { Db, Session } from '../session.js';
import type { RebuildState } from '../store.js';
import { derivedTableNames, type LedgerTable } from '../tables.js';
import { published, refuseUnlinked, takenBack, writeDerived } from './chain.js';
import { saveLedger } from './finality.js';
import { lockLedger, numberOf, refOrNull } from './ledgers.js';

// A rebuild replays what happened, append by append and rewind by rewind, over the raw blocks that are kept. The checkpoint's
// `rebuild_…` columns say how far it came, so that it goes on after a crash, and keep `append` and `rewind` away meanwhile.

export async function clearDerived(session: Session, ledger: LedgerId): Promise<void> {
  const no = await numberOf(session, ledger);
  await session.db.transaction().execute(async (trx) => {
    const state = await lockLedger(trx, session, no);
    for (const table of [...derivedTableNames, 'outbox'] as const) {
      await sql`delete from ${sql.table(table)} where ledger = ${no}`.execute(trx);
    }
    const target = state.rebuild_seq === null ? { rebuild_number: state.tip_number, rebuild_hash: state.tip_hash } : {};
    const cleared = { tip_number: null, tip_hash: null, outbox_position: 0, rebuild_seq: -1 };
    await saveLedger(trx, session, { ...state, ...target, ...cleared, generation: state.generation + 1 });
  });
}

export async function forgetLedger(session: Session, ledger: LedgerId): Promise<void> {
  const no = await numberOf(session, ledger);
  await session.db.transaction().execute(async (trx) => {
    const state = await lockLedger(trx, session, no);
    for (const table of [...derivedTableNames, 'outbox', 'raw_block'] as const) {
      await sql`delete from ${sql.table(table)} where ledger = ${no}`.execute(trx);
    }
    const unread = { tip_number: null, tip_hash: null, next_seq: 0, outbox_position: 0, finalized: -1, safe: -1 };
    const unheard = { head_number: null, head_hash: null, head_seen_at_ms: null };
    const noRebuild = { rebuild_seq: null, rebuild_number: null, rebuild_hash: null };
    await saveLedger(trx, session, { ...state, ...unread, ...unheard, ...noRebuild, generation: state.generation + 1 });
  });
}

export async function rederive(session: Session, blocks: readonly DecodedBlock[]): Promise<void> {
  const [first] = blocks;
  if (first === undefined) return;
  const no = await numberOf(session, first.ledger);
  const derived = derivedRows(blocks);
  await session.db.transaction().execute(async (trx) => {
    const state = requireRebuilding(await lockLedger(trx, session, no), first.ledger);
    refuseUnlinked(state, blocks);
    const seqs = await sequencesOf(trx, session, no, blocks);
    const placed = blocks.map(({ number, hash }, at) => ({ number, hash, seq: seqs[at] ?? -1 }));
    await writeDerived(trx, session, no, seqs, derived);
    const moved = await published(trx, session, state, placed);
    await saveLedger(trx, session, { ...moved, rebuild_seq: placed.at(-1)?.seq ?? state.rebuild_seq });
  });
}

async function sequencesOf(
  trx: Db,
  session: Session,
  no: number,
  blocks: readonly BlockRef[],
): Promise<readonly number[]> {
  const keys = session.traits.keys(
    blocks.map(({ hash }) => [hash]),
    ['text'],
  );
  const { rows } = await sql<{ ord: number; seq: number }>`
    select k.ord, r.seq from ${keys} as k cross join raw_block as r where r.ledger = ${no} and r.hash = k.k0`.execute(
    trx,
  );
  const found = new Map(rows.map(({ ord, seq }) => [ord, seq]));
  return blocks.map(({ number, hash }, at) => {
    const seq = found.get(at);
    if (seq === undefined) {
      throw new ParleyError('STORE_CORRUPT', 'A block to be derived again has no raw block', {
        got: `${number} ${hash}`,
      });
    }
    return seq;
  });
}

export async function rewindRebuild(session: Session, ledger: LedgerId, to: BlockRef | null): Promise<void> {
  const no = await numberOf(session, ledger);
  await session.db.transaction().execute(async (trx) => {
    const state = requireRebuilding(await lockLedger(trx, session, no), ledger);
    await saveLedger(trx, session, await takenBack(trx, session, state, to));
  });
}

export async function finishRebuild(session: Session, ledger: LedgerId): Promise<void> {
  const no = await numberOf(session, ledger);
  await session.db.transaction().execute(async (trx) => {
    const state = requireRebuilding(await lockLedger(trx, session, no), ledger);
    if (state.tip_hash !== state.rebuild_hash || state.tip_number !== state.rebuild_number) {
      throw new ParleyError('STORE_CORRUPT', `The rebuild of ${ledger} ended at another block than the index had`, {
        got: `${state.tip_number ?? 'nothing'} ${state.tip_hash ?? ''}`,
        expected: `${state.rebuild_number ?? 'nothing'} ${state.rebuild_hash ?? ''}`,
        fix: 'Index the ledger into a fresh store.',
      });
    }
    const { last } = await trx
      .selectFrom('raw_block')
      .select(sql<number>`coalesce(max(seq), -1)`.as('last'))
      .where('ledger', '=', no)
      .executeTakeFirstOrThrow();
    const ended = { rebuild_seq: null, rebuild_number: null, rebuild_hash: null, next_seq: last + 1 };
    await saveLedger(trx, session, { ...state, ...ended });
  });
}

export async function rebuilding(session: Session, ledger: LedgerId): Promise<RebuildState | null> {
  const no = await numberOf(session, ledger);
  const state = await session.db.selectFrom('ledger').selectAll().where('no', '=', no).executeTakeFirstOrThrow();
  if (state.rebuild_seq === null) return null;
  const { rows } = await sql<{ total: number; done: number }>`
    select count(*) as total, cast(coalesce(sum(case when seq <= ${state.rebuild_seq} then 1 else 0 end), 0) as bigint) as done
    from raw_block where ledger = ${no}`.execute(session.db);
  return {
    sequence: state.rebuild_seq,
    target: refOrNull(state.rebuild_number, state.rebuild_hash),
    tip: refOrNull(state.tip_number, state.tip_hash),
    total: rows[0]?.total ?? 0,
    done: rows[0]?.done ?? 0,
  };
}

function requireRebuilding(state: LedgerTable, ledger: LedgerId): LedgerTable {
  if (state.rebuild_seq !== null) return state;
  throw new ParleyError('STORE_CORRUPT', `No rebuild of ${ledger} is under way`);
}
