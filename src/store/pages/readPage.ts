import type { LedgerId } from '../../model/ids.js';
import type { Session } from '../session.js';
import { sql, type Fragment } from '../sql.js';
import type { Page, PageRequest } from '../store.js';
import { placesStatement, type Branch } from './branch.js';
import { BRANCHES_A_STATEMENT, findPlaces } from './findPlaces.js';
import { ascends, comparePlaces, compareText, type Listed, type Ordered } from './place.js';

/** What a list reads of its rows: columns of `t`, of `l` (`ledger`), and of what else it joins. */
export interface Read {
  readonly columns: Fragment;
  readonly from?: Fragment;
  readonly where?: Fragment;
}

/** What of a row tells its place. */
export interface PlacedRow {
  readonly ledger: number;
  readonly ledger_id: string;
  readonly number: number;
  readonly sort_ms: number;
  /** A block's own; what lies in a block has `block_hash`. */
  readonly hash?: string;
  readonly block_hash?: string;
  readonly tx_index?: number;
  readonly event_index?: number;
}

/**
 * A page of whole rows in one statement: each branch is read from its index as far as the page goes, what they found is merged, and
 * only the page's own rows are read whole.
 */
export async function readPage<Row extends PlacedRow>(
  session: Session,
  kind: Listed,
  branches: readonly Branch[],
  page: PageRequest,
  read: Read,
): Promise<Page<Row>> {
  if (branches.length === 0) return { rows: [], hasMore: false };
  if (branches.length > BRANCHES_A_STATEMENT) return readPlaces(session, kind, branches, page, read);
  const byRowid = session.traits.name === 'sqlite';
  const places = merged(kind, branches, page, byRowid ? sql`t.rowid` : sql`t.seq`);
  const rows = inOrder(await rowsOf<Row>(session, kind, places, read, byRowid), page);
  const shown = rows.slice(0, page.limit);
  return { rows: page.towards === 'backward' ? shown.reverse() : shown, hasMore: rows.length > page.limit };
}

/** As `readPage` of more branches than a statement takes: places first, then their rows. */
async function readPlaces<Row extends PlacedRow>(
  session: Session,
  kind: Listed,
  branches: readonly Branch[],
  page: PageRequest,
  read: Read,
): Promise<Page<Row>> {
  const { rows: places, hasMore } = await findPlaces(session, kind, branches, page);
  if (places.length === 0) return { rows: [], hasMore };
  const keys = places.map(({ no, seq, tx_index, event_index }) => [no, seq, tx_index, event_index]);
  const types = ['bigint', 'bigint', 'bigint', 'bigint'] as const;
  const table = sql`select k0 as no, k1 as key, k2 as tx_index, k3 as event_index from ${session.traits.keys(keys, types)} as k`;
  const rows = inOrder(await rowsOf<Row>(session, kind, table, read, false), page);
  return { rows: page.towards === 'backward' ? rows.reverse() : rows, hasMore };
}

async function rowsOf<Row>(
  session: Session,
  kind: Listed,
  places: Fragment,
  read: Read,
  byRowid: boolean,
): Promise<Row[]> {
  const key = sql.join(
    ['ledger', 'seq', ...kind.inBlock].map(
      (column) => sql`${sql.ref(`t.${column}`)} = ${sql.ref(`place.${PLACE[column] ?? column}`)}`,
    ),
    sql` and `,
  );
  const { rows } = await sql<Row>`with place as (${places})
    select ${read.columns}, l.id as ledger_id, l.finalized
    from place cross join ${sql.table(kind.table)} as t cross join ledger as l ${read.from ?? sql``}
    where ${byRowid ? sql`t.rowid = place.key` : key} and l.no = t.ledger ${read.where ?? sql``}`.execute(session.db);
  return rows as Row[];
}

/** The columns of a place that are named otherwise than the table's. */
const PLACE: Readonly<Record<string, string>> = { ledger: 'no', seq: 'key' };

/** Invariant: by the same rule as the statement's own order, which a join does not promise to keep. */
function inOrder<Row extends PlacedRow>(rows: Row[], page: PageRequest): Row[] {
  const sign = ascends(page) ? 1 : -1;
  const placed = rows.map((row) => ({ row, place: placeOf(row) }));
  return placed.sort((a, b) => sign * comparePlaces(a.place, b.place, page.order.field)).map(({ row }) => row);
}

const placeOf = (row: PlacedRow): Ordered => ({
  ledger: row.ledger_id as LedgerId,
  number: row.number,
  hash: row.block_hash ?? row.hash ?? '',
  sort_ms: row.sort_ms,
  tx_index: row.tx_index ?? -1,
  event_index: row.event_index ?? -1,
});

/** The first rows of all branches together, one more than the page has. */
function merged(kind: Listed, branches: readonly Branch[], page: PageRequest, key: Fragment): Fragment {
  const ledgers = [...new Set(branches.map(({ ledger }) => ledger))].sort(compareText);
  // One canonical block has each number: its hash, which no index by time holds, orders nothing there.
  const hashed = branches.some(({ canonical }) => canonical === 0);
  const windows = new Set(branches.map(({ no, canonical, numbers }) => `${no} ${canonical} ${numbers.from}`));
  const parts = branches.map((branch) => {
    const place = { rank: ledgers.indexOf(branch.ledger), key, hashed };
    return sql`select * from (${placesStatement(kind, branch, page, place)}) as one`;
  });
  const terms = [
    ...(page.order.field === 'TIMESTAMP' ? ['sort_ms'] : []),
    ...['rank', 'number', ...(hashed ? ['hash'] : []), ...kind.inBlock],
  ];
  const direction = sql.raw(ascends(page) ? 'asc' : 'desc');
  // A row that several drivers found counts once.
  const union = sql.raw(windows.size < branches.length ? ' union ' : ' union all ');
  return sql`select * from (${sql.join(parts, union)}) as found
    order by ${sql.join(terms.map((term) => sql`${sql.ref(term)} ${direction}`))} limit ${sql.lit(page.limit + 1)}`;
}
