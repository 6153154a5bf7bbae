import type { BlockRef } from '../../model/block.js';
import type { Db, Session } from '../session.js';
import { sql } from '../sql.js';
import { derivedTableNames, type LedgerTable } from '../tables.js';
import { forget } from './finality.js';

/** Where blocks stand in the order of appending, and what comes after them. */
export interface Sequenced {
  readonly seqs: readonly number[];
  readonly next: number;
}

/**
 * Gives blocks their places in the order of appending. One that a reorganisation brings back is written anew: its older, retracted
 * rows make room. What was taken back above it and stays so moves behind it: a kept block always comes after its parent, or a rebuild
 * could not replay it.
 */
export async function sequenced(
  trx: Db,
  session: Session,
  { no, next_seq: first }: LedgerTable,
  blocks: readonly BlockRef[],
): Promise<Sequenced> {
  const keys = session.traits.keys(
    blocks.map(({ hash }) => [hash]),
    ['text'],
  );
  const { rows: returning } = await sql<{ ord: number; seq: number }>`
    select k.ord, b.seq from ${keys} as k cross join block as b
    where b.ledger = ${no} and b.hash = k.k0 and b.canonical = 0`.execute(trx);
  if (returning.length === 0) return { seqs: blocks.map((_, at) => first + at), next: first + blocks.length };
  const seqsBefore = returning.map(({ seq }) => seq);
  await forget(trx, session, no, seqsBefore);
  const returned = new Set(returning.map(({ ord }) => ord));
  const standing = await standingOn(
    trx,
    session,
    no,
    blocks.map((block, at) => (returned.has(at) ? block : null)),
  );
  let next = first;
  const moves: (readonly [from: number, to: number])[] = [];
  const seqs = blocks.map((_, at) => {
    const seq = next++;
    for (const from of standing.get(at) ?? []) moves.push([from, next++]);
    return seq;
  });
  await move(trx, session, no, moves);
  return { seqs, next };
}

/** The retracted blocks above each of several, in their order; of blocks by their places. */
async function standingOn(
  trx: Db,
  session: Session,
  no: number,
  blocks: readonly (BlockRef | null)[],
): Promise<ReadonlyMap<number, readonly number[]>> {
  const roots = session.traits.keys(
    blocks.flatMap((block, at) => (block === null ? [] : [[at, block.number, block.hash]])),
    ['bigint', 'bigint', 'text'],
  );
  const { rows } = await sql<{ root: number; seq: number }>`
    with recursive above (root, number, hash, seq) as (
      select k.k0, b.number, b.hash, b.seq from ${roots} as k cross join block as b
      where b.ledger = ${no} and b.canonical = 0 and b.number = k.k1 + 1 and b.parent_hash = k.k2
      union all
      select above.root, b.number, b.hash, b.seq from above cross join block as b
      where b.ledger = ${no} and b.canonical = 0 and b.number = above.number + 1 and b.parent_hash = above.hash)
    select root, seq from above order by root, seq`.execute(trx);
  const found = new Map<number, number[]>();
  for (const { root, seq } of rows) found.set(root, [...(found.get(root) ?? []), seq]);
  return found;
}

async function move(
  trx: Db,
  session: Session,
  no: number,
  moves: readonly (readonly [number, number])[],
): Promise<void> {
  if (moves.length === 0) return;
  const keys = session.traits.keys(moves, ['bigint', 'bigint']);
  for (const table of ['raw_block', ...derivedTableNames] as const) {
    await sql`update ${sql.table(table)} set seq = k.k1 from ${keys} as k
      where ${sql.table(table)}.ledger = ${no} and ${sql.table(table)}.seq = k.k0`.execute(trx);
  }
}
