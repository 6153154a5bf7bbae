import type { BlockRef } from '../../model/block.js';
import type { LedgerId } from '../../model/ids.js';
import type { Scope } from '../../model/scope.js';
import { visible, type Session } from '../session.js';
import { sql } from '../sql.js';
import type { BranchBlock, LedgerStanding, OutboxEntry } from '../store.js';
import type { LedgerTable, OutboxTable } from '../tables.js';
import { keyText } from '../text.js';
import { safeInteger } from './blocks.js';
import { refOrNull } from './ledgers.js';

/** Blocks of one range. */
const BLOCKS_A_RANGE = 1000;

const columns = [
  ...(['id', 'generation', 'outbox_position', 'tip_number', 'tip_hash', 'finalized', 'rebuild_seq'] as const),
];
type Standing = Pick<LedgerTable, (typeof columns)[number]>;

const toStanding = (row: Standing): LedgerStanding => ({
  ledger: row.id as LedgerId,
  generation: row.generation,
  position: row.outbox_position,
  tip: refOrNull(row.tip_number, row.tip_hash),
  finalized: row.finalized,
  rebuilding: row.rebuild_seq !== null,
});

export async function standings(session: Session, scope: Scope): Promise<readonly LedgerStanding[]> {
  if (scope.ledgers.length === 0) return [];
  const rows = await session.db
    .selectFrom('ledger')
    .select(columns)
    .where('id', 'in', scope.ledgers)
    .orderBy('no')
    .execute();
  return rows.map(toStanding);
}

type Entry = Pick<OutboxTable, 'kind' | 'number' | 'hash' | 'final'> & { readonly position: number | null };

/** One statement, so that the standing is that of the entries. */
export async function outbox(
  session: Session,
  scope: Scope,
  ledger: LedgerId,
  after: number,
  limit: number,
): Promise<{ readonly standing: LedgerStanding; readonly entries: readonly OutboxEntry[] } | null> {
  const no = (await visible(session, scope, [ledger])).get(ledger);
  if (no === undefined) return null;
  const standing = sql.join(columns.map((column) => sql.ref(`l.${column}`)));
  const { rows } = await sql<Standing & Entry>`
    select ${standing}, found.position, found.kind, found.number, found.hash, found.final
    from ledger as l left join (
      select o.position, o.kind, o.number, o.hash, o.final from outbox as o
      where o.ledger = ${no} and o.position > ${after} order by o.position limit ${sql.lit(limit)}) as found on 1 = 1
    where l.no = ${no} order by found.position`.execute(session.db);
  const [first] = rows;
  return first === undefined ? null : { standing: toStanding(first), entries: rows.flatMap(toEntries) };
}

const toEntries = ({ position, kind, number, hash, final }: Entry): OutboxEntry[] =>
  position === null
    ? []
    : [{ position, kind: kind as OutboxEntry['kind'], block: { number, hash }, final: final === 1 }];

export async function branch(
  session: Session,
  scope: Scope,
  ledger: LedgerId,
  hash: string,
  limit: number,
): Promise<readonly BranchBlock[]> {
  const no = (await visible(session, scope, [ledger])).get(ledger);
  if (no === undefined || limit < 1) return [];
  const { rows } = await sql<BlockRef & { readonly canonical: number }>`
    with recursive above (depth, number, hash, parent_hash, canonical) as (
      select cast(1 as bigint), b.number, b.hash, b.parent_hash, b.canonical from block as b
      where b.ledger = ${no} and b.hash = ${keyText(hash)}
      union all
      select above.depth + 1, b.number, b.hash, b.parent_hash, b.canonical from above cross join block as b
      where above.canonical = 0 and above.depth < ${limit} and b.ledger = ${no} and b.hash = above.parent_hash)
    select number, hash, canonical from above order by depth`.execute(session.db);
  return rows.map(({ number, hash: of, canonical }) => ({ number, hash: of, canonical: canonical === 1 }));
}

export async function chainOf(
  session: Session,
  scope: Scope,
  ranges: readonly { readonly ledger: LedgerId; readonly from: number; readonly to: number }[],
): Promise<readonly (readonly BlockRef[])[]> {
  if (ranges.length === 0) return [];
  const numbers = await visible(session, scope, [...new Set(ranges.map(({ ledger }) => ledger))]);
  const keys = ranges.map(({ ledger, from, to }) => [
    ...[numbers.get(ledger) ?? -1, safeInteger(from), safeInteger(Math.min(to, from + BLOCKS_A_RANGE - 1))],
  ]);
  const { rows } = await sql<BlockRef & { readonly ord: number }>`
    select k.ord, b.number, b.hash
    from ${session.traits.keys(keys, ['bigint', 'bigint', 'bigint'])} as k cross join block as b
    where b.ledger = k.k0 and b.canonical = 1 and b.number >= k.k1 and b.number <= k.k2
    order by k.ord, b.number`.execute(session.db);
  const found = ranges.map((): BlockRef[] => []);
  for (const { ord, number, hash } of rows) found[ord]?.push({ number, hash });
  return found;
}
