import { ParleyError } from '../../errors/index.js';
import type { BlockRef, DecodedBlock } from '../../model/block.js';
import type { LedgerId } from '../../model/ids.js';
import { packBytes } from '../rawBytes.js';
import { rowsOfBlock } from '../rows.js';
import type { Db, Session } from '../session.js';
import { sql } from '../sql.js';
import type { HeadNotice } from '../store.js';
import { columns, derivedTableNames, governanceTableNames, type LedgerTable } from '../tables.js';
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
  const no = await numberOf(session, first.ledger);
  // Packing and mapping need no transaction: other ledgers write meanwhile.
  const prepared = blocks.map((block) => ({ block, packed: packBytes(block.bytes), rows: rowsOfBlock(block, true) }));
  await session.db.transaction().execute(async (trx) => {
    const locked = refuseRebuilding(await lockLedger(trx, session, no), first.ledger);
    refuseUnlinked(locked, blocks);
    const state = head === null ? locked : await heardOf(trx, session, locked, head);
    const { seqs, next: next_seq } = await sequenced(trx, session, state, blocks);
    const raw = prepared.map(({ block, packed }, at) => ({
      ...{ ledger: no, seq: seqs[at] ?? -1, number: block.number, hash: block.hash },
      ...{ parent_hash: block.parentHash, encoding: packed.encoding, bytes: packed.bytes },
    }));
    await session.inserts.write(trx, 'raw_block', raw);
    const placed = prepared.map(({ rows }, at) => ({ rows, seq: seqs[at] ?? -1 }));
    await writeDerived(trx, session, no, placed);
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

/** Invariant: the first two columns of every derived table are `ledger` and `seq`. */
export async function writeDerived(
  trx: Db,
  session: Session,
  no: number,
  blocks: readonly { readonly seq: number; readonly rows: ReturnType<typeof rowsOfBlock> }[],
): Promise<void> {
  for (const table of derivedTableNames) {
    const [, , ...others] = columns[table];
    const values: unknown[] = [];
    for (const { seq, rows } of blocks) {
      for (const cells of rows[table]) {
        values.push(no, seq);
        for (const name of others) values.push(cells[name] ?? null);
      }
    }
    await session.inserts.writeValues(trx, table, values);
  }
  const governing = blocks.filter(({ rows }) => governanceTableNames.some((table) => rows[table].length > 0));
  await markLatest(
    trx,
    session,
    no,
    governing.map(({ seq }) => seq),
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

/** Invariant: a block is appended only on its parent, which is the tip; the first one is the ledger's first. */
export function refuseUnlinked(state: LedgerTable, blocks: readonly DecodedBlock[]): void {
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
