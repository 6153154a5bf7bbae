import { ledgerKind } from '../../model/ids.js';
import { sql, type Fragment } from '../sql.js';
import type { PageRequest, SortKey } from '../store.js';
import { ascends, beyond, type Listed } from './place.js';
import type { Window } from './windows.js';

/**
 * One ordered read of one index: one ledger, canonical or retracted rows, and at most one value of the column that drives it.
 * A page is the merge of its branches, each of which stops after the page's size.
 */
export interface Branch extends Window {
  readonly driver: Driver;
  /** What is checked row by row; columns of the listed table as `t.…`. */
  readonly residual: readonly Fragment[];
}
export type Driver =
  | { readonly kind: 'all' }
  | { readonly kind: 'column'; readonly column: string; readonly value: string }
  | { readonly kind: 'failed' }
  | { readonly kind: 'party'; readonly nativeId: string };

/** A range of up to this many blocks is read by number and sorted; a longer one, or a whole ledger, is read in order and filtered. */
const SORTED_RANGE_BLOCKS = 1000;

/** The branch as a statement that gives `Place` columns. `d` drives, `t` is the listed table: the same but where a party drives. */
export function branchStatement(kind: Listed, branch: Branch, page: PageRequest): Fragment {
  const read = reading(kind, branch, page);
  const inBlock = (column: 'tx_index' | 'event_index'): Fragment =>
    kind.inBlock.some((one) => one === column) ? read.column(column) : sql`-1`;
  return statement(
    read,
    sql`${read.column('seq')} as seq, ${sql.ref(`t.${kind.hash}`)} as hash, ${inBlock('tx_index')} as tx_index, ${inBlock('event_index')} as event_index`,
  );
}

/** As `branchStatement`, with only what orders places and what finds their rows again: an index alone answers it where it can. */
export function placesStatement(
  kind: Listed,
  branch: Branch,
  page: PageRequest,
  { rank, key, hashed }: { readonly rank: number; readonly key: Fragment; readonly hashed: boolean },
): Fragment {
  const read = reading(kind, branch, page);
  const columns = [
    ...[sql`${sql.lit(rank)} as rank`, sql`${key} as key`],
    ...(hashed ? [sql`${sql.ref(`t.${kind.hash}`)} as hash`] : []),
    ...kind.inBlock.map((column) => sql`${read.column(column)} as ${sql.ref(column)}`),
  ];
  return statement(read, sql.join(columns));
}

function statement(read: Reading, columns: Fragment): Fragment {
  const { kind, branch, page } = read;
  return sql`select ${sql.lit(branch.no)} as no, ${read.column('number')} as number, ${read.column('sort_ms')} as sort_ms, ${columns}
    from ${source(kind, branch.driver)}
    where ${sql.join(conditions(read), sql` and `)}
    order by ${order(read)} limit ${sql.lit(page.limit + 1)}`;
}

interface Reading {
  readonly kind: Listed;
  readonly branch: Branch;
  readonly page: PageRequest;
  readonly alias: 'd' | 't';
  column(name: string): Fragment;
  /** What the index is read by. */
  readonly field: 'TIMESTAMP' | 'POSITION';
  /** True where the index by number leads and its rows are sorted afterwards. */
  readonly sorted: boolean;
}

/**
 * Numbered cases:
 * 1. By time over a short range of blocks: by number, then sorted, so that what lies outside the range is not passed.
 * 2. By position of what a column or party drives, on a chain: by time, which is the same order there (a block's timestamp is
 *    its transactions', and grows), and which the driving indexes have.
 * 3. Else in the order asked.
 */
function reading(kind: Listed, branch: Branch, page: PageRequest): Reading {
  const alias = branch.driver.kind === 'party' ? 'd' : 't';
  const asked = page.order.field;
  const driven = branch.driver.kind === 'column' || branch.driver.kind === 'party';
  const { from, to } = branch.numbers;
  // Without a range every block of the ledger is asked for: sorting all of a short ledger would cost more than its first rows in order.
  const short = (branch.range !== null || from > 0) && to - from < SORTED_RANGE_BLOCKS;
  return {
    ...{ kind, branch, page, alias },
    column: (name) => sql.ref(`${alias}.${name}`),
    field: asked === 'POSITION' && driven && ledgerKind(branch.ledger) === 'ethereum' ? 'TIMESTAMP' : asked,
    sorted: asked === 'TIMESTAMP' && !driven && short,
  };
}

function source(kind: Listed, driver: Driver): Fragment {
  if (driver.kind !== 'party') return sql`${sql.table(kind.table)} as t`;
  return sql`transaction_party as d cross join ${sql.table(kind.table)} as t`;
}

function conditions(read: Reading): Fragment[] {
  const { branch, page, column } = read;
  const { from, to } = branch.numbers;
  // A plus sign keeps the number out of the choice of an index, where the order by time is to be kept.
  const number = read.field === 'TIMESTAMP' && !read.sorted ? sql`+${column('number')}` : column('number');
  const [later, earlier] = page.order.direction === 'ASC' ? (['>', '<'] as const) : (['<', '>'] as const);
  return [
    sql`${column('ledger')} = ${sql.lit(branch.no)} and ${column('canonical')} = ${sql.lit(branch.canonical)}`,
    ...driving(branch.driver),
    ...ofChannel(read),
    ...rangeAsTime(read),
    ...(from > 0 ? [sql`${number} >= ${from}`] : []),
    sql`${number} <= ${to}`,
    ...(branch.time?.fromMs == null ? [] : [sql`${column('sort_ms')} >= ${branch.time.fromMs}`]),
    ...(branch.time?.toMs == null ? [] : [sql`${column('sort_ms')} < ${branch.time.toMs}`]),
    ...bound(read, page.after, later),
    ...bound(read, page.before, earlier),
    ...branch.residual,
  ];
}

/** What the partial indexes by place hold, in their own words: without them no database takes one. */
function ofChannel({ branch, field }: Reading): Fragment[] {
  if (field !== 'POSITION' || ledgerKind(branch.ledger) !== 'fabric') return [];
  if (branch.driver.kind === 'party') return [sql`substr(d.native_id, 1, 2) <> '0x'`];
  const { driver } = branch;
  const driven = driver.kind === 'column' && (driver.column === 'function' || driver.column === 'name');
  return driven ? [sql`substr(t.block_hash, 1, 2) <> '0x'`] : [];
}

/** On a chain time grows with the number: a range of numbers, read by time, begins and ends at its blocks' times. */
function rangeAsTime({ branch, field, sorted, column }: Reading): Fragment[] {
  if (field !== 'TIMESTAMP' || sorted || branch.canonical === 0 || ledgerKind(branch.ledger) === 'fabric') return [];
  const { from = null, to = null } = branch.range ?? {};
  const timeOf = (operator: string, number: number, direction: string): Fragment =>
    sql`(select e.sort_ms from block as e where e.ledger = ${sql.lit(branch.no)} and e.canonical = 1
      and e.number ${sql.raw(operator)} ${number} order by e.number ${sql.raw(direction)} limit 1)`;
  return [
    ...(from === null ? [] : [sql`${column('sort_ms')} >= ${timeOf('>=', from, 'asc')}`]),
    ...(to === null ? [] : [sql`${column('sort_ms')} <= ${timeOf('<=', to, 'desc')}`]),
  ];
}

function bound(read: Reading, key: SortKey | null, operator: '<' | '>'): Fragment[] {
  if (key === null) return [];
  const { kind, alias, branch, page } = read;
  const field = key.ledger === branch.ledger ? read.field : page.order.field;
  return [beyond(kind, alias, branch.ledger, key, field, operator)];
}

function driving(driver: Driver): Fragment[] {
  switch (driver.kind) {
    case 'all':
      return [];
    case 'column':
      return [sql`${sql.ref(`t.${driver.column}`)} = ${driver.value}`];
    case 'failed':
      // Written out, not as a parameter: a partial index is taken only where its condition stands in the text.
      return [sql`t.outcome = 'FAILED'`];
    case 'party':
      return [
        sql`d.native_id = ${driver.nativeId}`,
        sql`t.ledger = d.ledger and t.seq = d.seq and t.tx_index = d.tx_index`,
      ];
  }
}

function order(read: Reading): Fragment {
  const direction = sql.raw(ascends(read.page) ? 'asc' : 'desc');
  const time = read.sorted ? sql`+${read.column('sort_ms')}` : read.column('sort_ms');
  const terms = [
    ...(read.field === 'TIMESTAMP' ? [time] : []),
    read.column('number'),
    // One canonical block has each number, so its hash orders nothing there.
    ...(read.branch.canonical === 1 ? [] : [sql.ref(`t.${read.kind.hash}`)]),
    ...read.kind.inBlock.map(read.column),
  ];
  return sql.join(terms.map((term) => sql`${term} ${direction}`));
}
