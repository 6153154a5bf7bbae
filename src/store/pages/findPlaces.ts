import type { LedgerId } from '../../model/ids.js';
import type { Session } from '../session.js';
import { sql } from '../sql.js';
import type { Page, PageRequest } from '../store.js';
import { branchStatement, type Branch } from './branch.js';
import { ascends, comparePlaces, type Listed, type Place } from './place.js';

/** SQLite takes 500 parts of a compound statement. */
export const BRANCHES_A_STATEMENT = 400;
/** A filter with more values drives no index of its own: that many ordered reads cost more than checking rows one by one. */
export const MAX_DRIVERS = 100;

type Found = Omit<Place, 'ledger'> & { readonly branch: number };

/** Reads branches in one statement; what each found, in the order read. */
export async function readBranches(
  session: Session,
  kind: Listed,
  branches: readonly Branch[],
  page: PageRequest,
): Promise<readonly (readonly Place[])[]> {
  const found: Place[][] = branches.map(() => []);
  for (let at = 0; at < branches.length; at += BRANCHES_A_STATEMENT) {
    const parts = branches
      .slice(at, at + BRANCHES_A_STATEMENT)
      .map(
        (branch, index) =>
          sql`select ${sql.lit(at + index)} as branch, found.* from (${branchStatement(kind, branch, page)}) as found`,
      );
    const { rows } = await sql<Found>`${sql.join(parts, sql` union all `)}`.execute(session.db);
    for (const row of rows) found[row.branch]?.push(Object.assign(row, { ledger: ledgerOf(branches, row.branch) }));
  }
  return found;
}

const ledgerOf = (branches: readonly Branch[], at: number): LedgerId => {
  const branch = branches[at];
  if (branch === undefined) throw new RangeError(`no branch ${at}`);
  return branch.ledger;
};

/** Merges branches into one page of places in the order asked. A row that several branches found counts once. */
export function mergePlaces(branches: readonly (readonly Place[])[], page: PageRequest): Page<Place> {
  const sign = ascends(page) ? 1 : -1;
  const sorted = branches.flat().sort((a, b) => sign * comparePlaces(a, b, page.order.field));
  const distinct = sorted.filter((place, at) => at === 0 || !samePlace(place, sorted[at - 1]));
  const rows = distinct.slice(0, page.limit);
  return { rows: page.towards === 'backward' ? rows.reverse() : rows, hasMore: distinct.length > page.limit };
}

const samePlace = (a: Place, b: Place | undefined): boolean =>
  b !== undefined && a.no === b.no && a.seq === b.seq && a.tx_index === b.tx_index && a.event_index === b.event_index;

/** A page's places: its branches read and merged. */
export async function findPlaces(
  session: Session,
  kind: Listed,
  branches: readonly Branch[],
  page: PageRequest,
): Promise<Page<Place>> {
  if (branches.length === 0) return { rows: [], hasMore: false };
  return mergePlaces(await readBranches(session, kind, branches, page), page);
}

/** A page for each of several parents, each with its own branches, all read in one statement. */
export async function findPages(
  session: Session,
  kind: Listed,
  parents: readonly (readonly Branch[])[],
  page: PageRequest,
): Promise<readonly Page<Place>[]> {
  const found = await readBranches(session, kind, parents.flat(), page);
  let next = 0;
  return parents.map((own) => {
    next += own.length;
    return mergePlaces(found.slice(next - own.length, next), page);
  });
}

/** The rows of several pages, read together. */
export async function rowsOfPages<Row>(
  pages: readonly Page<Place>[],
  read: (places: readonly Place[]) => Promise<ReadonlyMap<number, Row>>,
): Promise<readonly Page<Row>[]> {
  const rows = await read(pages.flatMap((page) => page.rows));
  let next = 0;
  return pages.map((page) => {
    const first = next;
    next += page.rows.length;
    return inOrder(page, rows, first);
  });
}

/** Rows read for places, in the places' order, from the `first` row on; one that was pruned meanwhile is left out. */
export function inOrder<Row>(places: Page<Place>, rows: ReadonlyMap<number, Row>, first = 0): Page<Row> {
  return {
    rows: places.rows.flatMap((_, at) => {
      const row = rows.get(first + at);
      return row === undefined ? [] : [row];
    }),
    hasMore: places.hasMore,
  };
}
