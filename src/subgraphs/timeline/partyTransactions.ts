import type { Page, PageRequest, PartyRef, SortKey, TransactionCriteria, TransactionRow } from '../../store/store.js';
import type { RequestContext } from '../context.js';
import { transactionSortKey } from '../ledgerPage.js';
import { loadersOf } from '../loaders.js';

/**
 * One page of the transactions in which any of the parties takes part. Each party's page is read (all of them, and those of other
 * parents, in one query) and the best of all are kept: no transaction can be in the union's page that is in none of the parts'.
 */
export async function transactionsOfParties(
  context: RequestContext,
  parties: readonly PartyRef[],
  page: PageRequest,
  criteria: TransactionCriteria,
): Promise<Page<TransactionRow>> {
  const load = (parent: PartyRef): Promise<Page<TransactionRow>> =>
    loadersOf(context).transactionsOfParty.load({ parent, request: { page, criteria } });
  return mergePages(await Promise.all(parties.map(load)), page);
}

export function mergePages(pages: readonly Page<TransactionRow>[], request: PageRequest): Page<TransactionRow> {
  const byPlace = new Map(pages.flatMap(({ rows }) => rows.map((row) => [placeOf(row), row] as const)));
  const sorted = [...byPlace.values()].sort((a, b) =>
    compareKeys(transactionSortKey(a), transactionSortKey(b), request.order),
  );
  const over = Math.max(0, sorted.length - request.limit);
  const rows = request.towards === 'forward' ? sorted.slice(0, request.limit) : sorted.slice(over);
  return { rows, hasMore: over > 0 || pages.some(({ hasMore }) => hasMore) };
}

const placeOf = ({ ledger, block, index }: TransactionRow): string => `${ledger} ${block.hash} ${index}`;

/** The store's own order: by time and then place, or by place alone. */
function compareKeys(a: SortKey, b: SortKey, order: PageRequest['order']): number {
  const place = (key: SortKey): readonly (number | string)[] => [key.ledger, key.block, key.blockHash, key.transaction];
  const whole = (key: SortKey): readonly (number | string)[] =>
    order.field === 'TIMESTAMP' ? [key.timestampMs, ...place(key)] : place(key);
  const [left, right] = [whole(a), whole(b)];
  const different = left.findIndex((part, index) => part !== right[index]);
  if (different === -1) return 0;
  const ascending = (left[different] ?? 0) < (right[different] ?? 0) ? -1 : 1;
  return order.direction === 'ASC' ? ascending : -ascending;
}
