import { sql } from 'kysely';
import type { RawBlock } from '../../model/block.js';
import type { LedgerId } from '../../model/ids.js';
import { unpackBytes } from '../rawBytes.js';
import type { Session } from '../session.js';
import type { KeptBlock, TipSeed } from '../store.js';
import type { RawBlockTable } from '../tables.js';
import { numberOf, refOrNull } from './ledgers.js';

const BLOCKS_A_READ = 32;
const PACKED_BYTES_A_READ = 4_000_000;

export function toKeptBlock(row: RawBlockTable): KeptBlock {
  return {
    number: row.number,
    hash: row.hash,
    parentHash: row.parent_hash,
    bytes: unpackBytes(row, `block ${row.number} ${row.hash}`),
    sequence: row.seq,
  };
}

export async function keptBlocks(
  session: Session,
  ledger: LedgerId,
  afterSequence: number,
  limit: number,
): Promise<readonly KeptBlock[]> {
  const no = await numberOf(session, ledger);
  const next = session.db
    .selectFrom('raw_block')
    .where('ledger', '=', no)
    .where('seq', '>', afterSequence)
    .orderBy('seq')
    .limit(limit);
  const sizes = await next.select(['seq', sql<number>`length(bytes)`.as('size')]).execute();
  const rows = await next.selectAll().where('seq', '<=', lastWithin(sizes, afterSequence)).execute();
  return rows.map(toKeptBlock);
}

/** The last of the blocks that fit into memory together; one at least. */
function lastWithin(sizes: readonly { readonly seq: number; readonly size: number }[], none: number): number {
  let bytes = 0;
  const over = sizes.findIndex(({ size }) => (bytes += size) > PACKED_BYTES_A_READ);
  return (over === -1 ? sizes.at(-1) : sizes[Math.max(0, over - 1)])?.seq ?? none;
}

export async function keptBlock(session: Session, ledger: LedgerId, hash: string): Promise<KeptBlock | null> {
  const no = await numberOf(session, ledger);
  const row = await session.db
    .selectFrom('raw_block')
    .selectAll()
    .where((e) => e.and({ ledger: no, hash }))
    .executeTakeFirst();
  return row === undefined ? null : toKeptBlock(row);
}

/** Canonical raw blocks of a range, a few in memory at a time. */
export async function* rawBlocks(
  session: Session,
  ledger: LedgerId,
  from: number,
  to: number,
): AsyncIterable<RawBlock> {
  const no = await numberOf(session, ledger);
  for (let next = from; next <= to;) {
    const { rows } = await sql<RawBlockTable>`
      select r.* from block as b cross join raw_block as r
      where b.ledger = ${no} and b.canonical = 1 and b.number >= ${next} and b.number <= ${to}
        and r.ledger = b.ledger and r.seq = b.seq
      order by b.number limit ${sql.lit(BLOCKS_A_READ)}`.execute(session.db);
    for (const row of rows) yield toKeptBlock(row);
    const last = rows.at(-1);
    if (last === undefined) return;
    next = last.number + 1;
  }
}

export async function seed(session: Session, ledger: LedgerId): Promise<TipSeed> {
  const no = await numberOf(session, ledger);
  const state = await session.db
    .selectFrom('ledger')
    .select(['tip_number', 'tip_hash'])
    .where('no', '=', no)
    .executeTakeFirstOrThrow();
  const { rows } = await sql<RawBlockTable>`
    select r.* from raw_block as r where r.ledger = ${no} and r.seq = (
      select c.seq from channel_config as c where c.ledger = ${no} and c.canonical = 1
      order by c.number desc limit 1)`.execute(session.db);
  const [config] = rows;
  return {
    tip: refOrNull(state.tip_number, state.tip_hash),
    config: config === undefined ? null : toKeptBlock(config),
  };
}
