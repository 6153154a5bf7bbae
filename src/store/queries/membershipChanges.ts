import type { LedgerId } from '../../model/ids.js';
import type { Scope } from '../../model/scope.js';
import { standingsAfter, type MembershipEvent } from '../memberships.js';
import { visible, type Session } from '../session.js';
import { sql } from '../sql.js';
import type { BlockKey, MembershipChangeRow, NumberRange, Page } from '../store.js';
import type { MembershipTable } from '../tables.js';
import { keyText, originalText } from '../text.js';
import { ledgersOf } from './blocks.js';

/** Changes come with config blocks, which are few; a fold reads this many at most, the oldest first. */
const MAX_CHANGES = 100_000;
/** A branch that was taken back is not longer than this. */
const DEEPEST_BRANCH = 10_000;

export async function membershipChanges(
  session: Session,
  scope: Scope,
  ledger: LedgerId,
  { range }: { readonly range?: NumberRange | null },
  after: { readonly block: number; readonly ordinal: number } | null,
  limit: number,
): Promise<Page<MembershipChangeRow>> {
  const no = (await visible(session, scope, [ledger])).get(ledger);
  if (no === undefined) return { rows: [], hasMore: false };
  const from = Math.max(range?.from ?? 0, after?.block ?? 0);
  const found = await session.db
    .selectFrom('membership')
    .selectAll()
    .where((e) => e.and({ ledger: no, canonical: 1 }))
    .where('number', '>=', from)
    .where('number', '<=', range?.to ?? Number.MAX_SAFE_INTEGER)
    .where((e) => e.or([e('number', '>', after?.block ?? -1), e('ordinal', '>', after?.ordinal ?? -1)]))
    .orderBy('number')
    .orderBy('ordinal')
    .limit(limit + 1)
    .execute();
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  if (last === undefined) return { rows: [], hasMore: false };
  const history = await canonicalHistory(session, new Map([[no, last.number]]));
  return { rows: withStandings(ledger, rows, history), hasMore: found.length > limit };
}

export async function membershipChangesOfBlocks(
  session: Session,
  scope: Scope,
  blocks: readonly BlockKey[],
): Promise<readonly (readonly MembershipChangeRow[])[]> {
  const own = await changesOfBlocks(session, scope, blocks);
  if (own.every((rows) => rows.length === 0)) return own.map(() => []);
  const ways = await waysDown(session, own);
  const upTo = new Map<number, number>();
  for (const { no, fork } of ways) if (no !== null) upTo.set(no, Math.max(fork, upTo.get(no) ?? -1));
  const canonical = await canonicalHistory(session, upTo);
  const taken = await changesOf(session, ways);
  return own.map((rows, at) => {
    const [way, key] = [ways[at], blocks[at]];
    if (way === undefined || key === undefined || rows.length === 0) return [];
    const below = canonical.filter((row) => row.ledger === way.no && row.number <= way.fork);
    const back = taken.filter((row) => row.ledger === way.no && way.seqs.has(row.seq));
    return withStandings(key.ledger, rows, [...below, ...back]);
  });
}

/** The rows that blocks hold, of any branch. */
async function changesOfBlocks(
  session: Session,
  scope: Scope,
  blocks: readonly BlockKey[],
): Promise<readonly (readonly MembershipTable[])[]> {
  if (blocks.length === 0) return [];
  const numbers = await visible(session, scope, ledgersOf(blocks));
  const keys = blocks.map(({ ledger, hash }) => [numbers.get(ledger) ?? -1, keyText(hash)]);
  const { rows } = await sql<MembershipTable & { readonly ord: number }>`
    select k.ord, t.* from ${session.traits.keys(keys, ['bigint', 'text'])} as k cross join block as b
      cross join membership as t
    where b.ledger = k.k0 and b.hash = k.k1 and t.ledger = b.ledger and t.seq = b.seq
    order by k.ord, t.ordinal`.execute(session.db);
  const found = blocks.map((): MembershipTable[] => []);
  for (const { ord, ...row } of rows) found[ord]?.push(row);
  return found;
}

/** How a block hangs on the chain: the last canonical number below or at it, and the blocks that were taken back from there on. */
interface Way {
  readonly no: number | null;
  readonly fork: number;
  readonly seqs: ReadonlySet<number>;
}

async function waysDown(session: Session, own: readonly (readonly MembershipTable[])[]): Promise<readonly Way[]> {
  const keys = own.map(([row]) => [row?.ledger ?? -1, row?.seq ?? -1]);
  const { rows } = await sql<{ ord: number; seq: number; number: number; canonical: number }>`
    with recursive above (ord, depth, ledger, seq, number, parent_hash, canonical) as (
      select k.ord, cast(1 as bigint), b.ledger, b.seq, b.number, b.parent_hash, b.canonical
      from ${session.traits.keys(keys, ['bigint', 'bigint'])} as k cross join block as b
      where b.ledger = k.k0 and b.seq = k.k1
      union all
      select above.ord, above.depth + 1, b.ledger, b.seq, b.number, b.parent_hash, b.canonical
      from above cross join block as b
      where above.canonical = 0 and above.depth < ${DEEPEST_BRANCH} and b.ledger = above.ledger
        and b.hash = above.parent_hash)
    select ord, seq, number, canonical from above order by ord, depth`.execute(session.db);
  return own.map(([row], at) => {
    const way = rows.filter(({ ord }) => ord === at);
    const lowest = way.at(-1);
    const fork = lowest === undefined ? -1 : lowest.canonical === 1 ? lowest.number : lowest.number - 1;
    const seqs = new Set(way.filter(({ canonical }) => canonical === 0).map(({ seq }) => seq));
    return { no: row?.ledger ?? null, fork, seqs };
  });
}

/** Canonical changes of ledgers up to a number each, in order. */
async function canonicalHistory(
  session: Session,
  upTo: ReadonlyMap<number, number>,
): Promise<readonly MembershipTable[]> {
  const keys = session.traits.keys([...upTo], ['bigint', 'bigint']);
  const { rows } = await sql<MembershipTable>`
    select t.* from ${keys} as k cross join membership as t
    where t.ledger = k.k0 and t.canonical = 1 and t.number >= 0 and t.number <= k.k1
    order by t.ledger, t.number, t.ordinal limit ${sql.lit(MAX_CHANGES)}`.execute(session.db);
  return rows;
}

async function changesOf(session: Session, ways: readonly Way[]): Promise<readonly MembershipTable[]> {
  const keys = new Map<string, readonly [number, number]>();
  for (const { no, seqs } of ways) for (const seq of seqs) if (no !== null) keys.set(`${no} ${seq}`, [no, seq]);
  if (keys.size === 0) return [];
  const { rows } = await sql<MembershipTable>`
    select t.* from ${session.traits.keys([...keys.values()], ['bigint', 'bigint'])} as k cross join membership as t
    where t.ledger = k.k0 and t.seq = k.k1 order by t.ledger, t.number, t.ordinal`.execute(session.db);
  return rows;
}

/** Rows with the standings that they led to. Invariant: the history is in order and holds the rows. */
function withStandings(
  ledger: LedgerId,
  rows: readonly MembershipTable[],
  history: readonly MembershipTable[],
): readonly MembershipChangeRow[] {
  const standings = standingsAfter(history.map(toEvent));
  const at = new Map(history.map((row, index) => [placeOf(row), standings[index]]));
  return rows.flatMap((row) => {
    const standing = at.get(placeOf(row));
    if (standing === undefined) return [];
    return {
      ...{ ledger, block: { number: row.number, hash: row.block_hash }, ordinal: row.ordinal },
      ...{ change: row.change as MembershipChangeRow['change'], timestampMs: row.timestamp_ms },
      standing: { ledger, ...standing },
    };
  });
}

const placeOf = ({ seq, ordinal }: MembershipTable): string => `${seq} ${ordinal}`;

/** A change as the fold takes it. */
export const toEvent = (row: MembershipTable): MembershipEvent => ({
  nativeId: originalText(row.native_id),
  role: row.role as MembershipEvent['role'],
  change: row.change as MembershipEvent['change'],
  atMs: row.timestamp_ms,
  evidence: { number: row.number, hash: row.block_hash },
});
