import { ParleyError } from '../../errors/index.js';
import type { BlockRef, DecodedBlock } from '../../model/block.js';
import type { LedgerId } from '../../model/ids.js';
import { packBytes } from '../rawBytes.js';
import { prepared, type DerivedRows, type PreparedAppend, type PreparedBlock } from '../append/prepared.js';
import type { Db, Session } from '../session.js';
import { sql } from '../sql.js';
import type { HeadNotice } from '../store.js';
import { columns, derivedTableNames, type LedgerTable } from '../tables.js';
import { heardOf, saveLedger } from './finality.js';
import { markLatest } from './latest.js';
import { lockLedger, numberOf, refOrNull } from './ledgers.js';
import { publish } from './outbox.js';
import { sequenced } from './returning.js';

// Do and undo: `append` writes blocks on the tip, `rewind` takes them back. After `rewind` every read answers as before the
// `append`, but for what is asked of RETRACTED; after appending the same blocks again, as after the first time.

/** Appends blocks on the tip. Errors: `STORE_CORRUPT` where they do not follow it. */
export async function append(
  session: Session,
  blocks: readonly DecodedBlock[],
  head: HeadNotice | null,
): Promise<void> {
  const [first] = blocks;
  if (first === undefined) return;
  const work = prepared(first.ledger, blocks, head);
  const { appender } = session;
  await (appender?.takes(work) === true
    ? appender.write(work, session.fences.get(work.ledger) ?? null)
    : appendPrepared(session, work));
}

/** The transaction of `append`. */
export async function appendPrepared(
  session: Session,
  { ledger, blocks, derived, head }: PreparedAppend,
): Promise<void> {
  const no = await numberOf(session, ledger);
  // Packing needs no transaction: other ledgers write meanwhile.
  const packed = blocks.map(({ number, hash, parentHash, bytes }) => ({
    ...{ ledger: no, number, hash, parent_hash: parentHash, ...packBytes(bytes) },
  }));
  await session.db.transaction().execute(async (trx) => {
    const locked = refuseRebuilding(await lockLedger(trx, session, no), ledger);
    refuseUnlinked(locked, blocks);
    const state = head === null ? locked : await heardOf(trx, session, locked, head);
    const { seqs, next: next_seq } = await sequenced(trx, session, state, blocks);
    const raw = packed.map((block, at) => ({ ...block, seq: seqs[at] ?? -1 }));
    await session.inserts.write(trx, 'raw_block', raw);
    await writeDerived(trx, session, no, seqs, derived);
    await saveLedger(trx, session, await published(trx, session, { ...state, next_seq }, raw));
  });
}

/** Publishes blocks as appended and moves the tip to the last. */
export async function published(
  trx: Db,
  session: Session,
  state: LedgerTable,
  blocks: readonly { readonly seq: number; readonly number: number; readonly hash: string }[],
): Promise<LedgerTable> {
  const last = blocks.at(-1);
  const moved = await publish(trx, session, state, 'APPENDED', blocks);
  return last === undefined ? moved : { ...moved, tip_number: last.number, tip_hash: last.hash };
}

/** Writes the rows of blocks at their places. Invariant: the first two columns of every derived table are `ledger` and `seq`. */
export async function writeDerived(
  trx: Db,
  session: Session,
  no: number,
  seqs: readonly number[],
  { values, governing }: DerivedRows,
): Promise<void> {
  for (const table of derivedTableNames) {
    const list = values[table];
    if (list === undefined) continue;
    const width = columns[table].length;
    for (let row = 0; row < list.length; row += width) {
      list[row] = no;
      list[row + 1] = seqs[Number(list[row + 1])];
    }
    await session.inserts.writeValues(trx, table, list);
  }
  await markLatest(
    trx,
    session,
    no,
    governing.map((at) => seqs[at] ?? -1),
  );
}

/** Takes back everything above `to`, newest first. Errors: `STORE_CORRUPT` where `to` is not on the chain. */
export async function rewind(session: Session, ledger: LedgerId, to: BlockRef | null): Promise<void> {
  const no = await numberOf(session, ledger);
  await session.db.transaction().execute(async (trx) => {
    const state = refuseRebuilding(await lockLedger(trx, session, no), ledger);
    await saveLedger(trx, session, await takenBack(trx, session, state, to));
  });
}

export async function takenBack(
  trx: Db,
  session: Session,
  state: LedgerTable,
  to: BlockRef | null,
): Promise<LedgerTable> {
  await refuseForeign(trx, state, to);
  const blocks = await trx
    .selectFrom('block')
    .select(['seq', 'number', 'hash'])
    .where((e) => e.and({ ledger: state.no, canonical: 1 }))
    .where('number', '>', to?.number ?? -1)
    .orderBy('number', 'desc')
    .execute();
  if (blocks.length === 0) return state;
  const keys = session.traits.keys(
    blocks.map(({ seq }, at) => [seq, state.outbox_position + at + 1]),
    ['bigint', 'bigint'],
  );
  await sql`update block set retracted_at = k.k1 from ${keys} as k where block.ledger = ${state.no} and block.seq = k.k0`.execute(
    trx,
  );
  for (const table of derivedTableNames) {
    await sql`update ${sql.table(table)} set canonical = 0 where ledger = ${state.no} and seq in (select k0 from ${keys} as k)`.execute(
      trx,
    );
  }
  await markLatest(
    trx,
    session,
    state.no,
    blocks.map(({ seq }) => seq),
  );
  const moved = await publish(trx, session, state, 'RETRACTED', blocks);
  return { ...moved, tip_number: to?.number ?? null, tip_hash: to?.hash ?? null };
}

function refuseRebuilding(state: LedgerTable, ledger: LedgerId): LedgerTable {
  if (state.rebuild_seq === null) return state;
  throw new ParleyError('STORE_CORRUPT', `A rebuild of ${ledger} was not finished`, {
    fix: 'Run `parley rebuild` again.',
  });
}

type Linked = Pick<PreparedBlock, 'ledger' | 'number' | 'hash' | 'parentHash'>;

/** Invariant: a block is appended only on its parent, which is the tip; the first one is the ledger's first. */
export function refuseUnlinked(state: LedgerTable, blocks: readonly Linked[]): void {
  let tip = refOrNull(state.tip_number, state.tip_hash);
  for (const block of blocks) {
    const number = tip === null ? state.start_block : tip.number + 1;
    const parent = tip === null ? block.parentHash : tip.hash;
    if (block.number !== number || block.parentHash !== parent || block.ledger !== blocks[0]?.ledger) {
      throw new ParleyError('STORE_CORRUPT', `A block does not follow the tip of ${block.ledger}`, {
        got: `${block.number} on ${block.parentHash ?? 'nothing'}`,
        expected: `${number} on ${parent ?? 'nothing'}`,
        fix: 'Let one process ingest a ledger; run `parley verify` where it was one.',
      });
    }
    tip = block;
  }
}

async function refuseForeign(trx: Db, state: LedgerTable, to: BlockRef | null): Promise<void> {
  if (to === null) return;
  const found = await trx
    .selectFrom('block')
    .select('hash')
    .where((e) => e.and({ ledger: state.no, canonical: 1, number: to.number }))
    .executeTakeFirst();
  if (found?.hash === to.hash) return;
  throw new ParleyError('STORE_CORRUPT', 'The block to return to is not on the indexed chain', {
    got: `${to.number} ${to.hash}`,
    expected: found?.hash ?? 'no block of that number',
  });
}
