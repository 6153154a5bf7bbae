import type { LedgerId } from '../../model/ids.js';
import { sql, type Fragment } from '../sql.js';
import type { PageRequest, SortKey } from '../store.js';

/** What a list holds: its table, the columns that tell rows of one block apart, and the block hash's column. */
export interface Listed {
  readonly table: 'block' | 'transaction' | 'event';
  readonly hash: 'hash' | 'block_hash';
  readonly inBlock: readonly ('tx_index' | 'event_index')[];
}
export const listed = {
  blocks: { table: 'block', hash: 'hash', inBlock: [] },
  transactions: { table: 'transaction', hash: 'block_hash', inBlock: ['tx_index'] },
  events: { table: 'event', hash: 'block_hash', inBlock: ['tx_index', 'event_index'] },
} as const satisfies Record<string, Listed>;

/** A row found by a list, before it is read whole. */
export interface Place {
  readonly no: number;
  readonly ledger: LedgerId;
  readonly seq: number;
  readonly number: number;
  readonly hash: string;
  readonly sort_ms: number;
  readonly tx_index: number;
  readonly event_index: number;
}

/** What orders places. */
export type Ordered = Omit<Place, 'no' | 'seq'>;

/** In which direction an index is read: the order asked, turned round where a page is read backward. */
export const ascends = (page: PageRequest): boolean =>
  (page.order.direction === 'ASC') === (page.towards === 'forward');

/** The total order of the port's `SortKey`, ascending. Invariant: the statements below sort by the same rule. */
export function comparePlaces(a: Ordered, b: Ordered, field: PageRequest['order']['field']): number {
  return (
    (field === 'TIMESTAMP' ? a.sort_ms - b.sort_ms : 0) ||
    compareText(a.ledger, b.ledger) ||
    a.number - b.number ||
    compareText(a.hash, b.hash) ||
    a.tx_index - b.tx_index ||
    a.event_index - b.event_index
  );
}

export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

type Term = readonly [column: Fragment, value: number | string];

/**
 * Rows of one ledger that lie strictly beyond a key (`>` or `<` in ascending order). Numbered cases:
 * 1. TIMESTAMP, another ledger: its name decides between equal timestamps.
 * 2. POSITION, another ledger: its name decides alone.
 * 3. The same ledger: compared by the remaining terms, one after the other.
 */
export function beyond(
  kind: Listed,
  alias: 'd' | 't',
  ledger: LedgerId,
  key: SortKey,
  field: PageRequest['order']['field'],
  operator: '<' | '>',
): Fragment<boolean> {
  const time: Term = [sql.ref(`${alias}.sort_ms`), key.timestampMs];
  const side = compareText(ledger, key.ledger) * (operator === '>' ? 1 : -1);
  if (side !== 0 && field === 'POSITION') return side > 0 ? sql`1 = 1` : sql`1 = 0`;
  if (side !== 0) return side > 0 ? compared(time, orEqual(operator)) : compared(time, operator);
  const values = { tx_index: key.transaction, event_index: key.event };
  const terms: Term[] = [
    ...(field === 'TIMESTAMP' ? [time] : []),
    [sql.ref(`${alias}.number`), key.block],
    [sql.ref(`t.${kind.hash}`), key.blockHash],
    ...kind.inBlock.map((column): Term => [sql.ref(`${alias}.${column}`), values[column]]),
  ];
  const [first] = terms;
  // The first comparison alone is what an index can seek to.
  return first === undefined
    ? sql`1 = 1`
    : sql`(${compared(first, orEqual(operator))} and ${lexicographic(terms, operator)})`;
}

const compared = ([column, value]: Term, operator: string): Fragment<boolean> =>
  sql`${column} ${sql.raw(operator)} ${value}`;
const orEqual = (operator: '<' | '>'): string => `${operator}=`;

function lexicographic(terms: readonly Term[], operator: '<' | '>'): Fragment<boolean> {
  const [first, ...rest] = terms;
  if (first === undefined) return sql`1 = 0`;
  if (rest.length === 0) return compared(first, operator);
  return sql`(${compared(first, operator)} or (${compared(first, '=')} and ${lexicographic(rest, operator)}))`;
}
