import type { LedgerId } from '../model/ids.js';
import type { BlockRow, EventRow, Page, PageRequest, SortKey, TransactionRow } from '../store/store.js';
import type { RequestContext } from './context.js';
import { cursorPurpose, openCursor, pageBounds, type PageArguments, type PageOf } from './page.js';
import { pageStreamCursor, snapshotOf, type SeenTip, type Snapshot } from './pageSnapshot.js';
import type { StreamBinding } from './streamBinding.js';

export type Order = PageRequest['order'];

export interface LedgerList<Row> {
  /** What the cursors are bound to beside the stream's filter: the parent, the criteria. */
  readonly bound: unknown;
  readonly stream: StreamBinding;
  /** The ledgers that the list spans; null for all that the caller may see. */
  readonly ledgers: readonly LedgerId[] | null;
  readonly order: Order;
  readonly keyOf: (row: Row) => SortKey;
  readonly read: (page: PageRequest) => Promise<Page<Row>>;
}

type PackedKey = readonly [number, LedgerId, number, string, number, number];
interface PageCursor {
  readonly key: PackedKey;
  readonly snapshot: readonly (readonly [LedgerId, number, string, number])[];
}

/**
 * One page of what ledgers hold. A cursor carries the sort key and the heights at which the first page was read, so later pages
 * see what that one saw, whatever blocks arrive meanwhile.
 */
export async function ledgerPage<Row>(
  context: RequestContext,
  list: LedgerList<Row>,
  args: PageArguments,
): Promise<PageOf<Row>> {
  const bounds = pageBounds(args, context.pageSize);
  const purpose = cursorPurpose(context, `page.${list.stream.field}`, [list.bound, list.order]);
  const cursor = bounds.cursor === null ? null : (openCursor(context, purpose, bounds.cursor) as PageCursor);
  const snapshot = cursor === null ? await snapshotOf(context, list.ledgers) : unpackSnapshot(cursor.snapshot);
  const forward = bounds.towards === 'forward';
  const place = cursor === null ? null : unpackKey(cursor.key);
  const { rows, hasMore } = await list.read({
    limit: bounds.limit,
    towards: bounds.towards,
    after: forward ? place : null,
    before: forward ? null : place,
    order: list.order,
    snapshot: Object.fromEntries([...snapshot].map(([ledger, tip]) => [ledger, tip.number])),
  });
  return {
    nodes: rows,
    hasNextPage: forward ? hasMore : place !== null,
    hasPreviousPage: forward ? place !== null : hasMore,
    totalCount: null,
    cursorAt: (index) => sealPlace(context, purpose, list.keyOf(at(rows, index)), snapshot),
    streamCursor: () => pageStreamCursor(context, list.stream, snapshot),
  };
}

function at<Row>(rows: readonly Row[], index: number): Row {
  const row = rows[index];
  if (row === undefined) throw new RangeError(`The page has no row ${index}`);
  return row;
}

function sealPlace(context: RequestContext, purpose: string, key: SortKey, snapshot: Snapshot): string {
  const cursor: PageCursor = {
    key: [key.timestampMs, key.ledger, key.block, key.blockHash, key.transaction, key.event],
    snapshot: [...snapshot].map(([ledger, { number, hash, final }]) => [ledger, number, hash, final] as const),
  };
  return context.cursors.seal(purpose, cursor);
}

const unpackSnapshot = (entries: PageCursor['snapshot']): ReadonlyMap<LedgerId, SeenTip> =>
  new Map(entries.map(([ledger, number, hash, final]) => [ledger, { number, hash, final }]));

const unpackKey = ([timestampMs, ledger, block, blockHash, transaction, event]: PackedKey): SortKey => ({
  timestampMs,
  ledger,
  block,
  blockHash,
  transaction,
  event,
});

export const blockSortKey = (row: BlockRow): SortKey => ({
  timestampMs: row.timestampMs ?? 0,
  ledger: row.ledger,
  block: row.number,
  blockHash: row.hash,
  transaction: -1,
  event: -1,
});

export const transactionSortKey = (row: TransactionRow): SortKey => ({
  timestampMs: row.timestampMs ?? 0,
  ledger: row.ledger,
  block: row.block.number,
  blockHash: row.block.hash,
  transaction: row.index,
  event: -1,
});

export const eventSortKey = (row: EventRow): SortKey => ({
  timestampMs: row.timestampMs ?? 0,
  ledger: row.ledger,
  block: row.block.number,
  blockHash: row.block.hash,
  transaction: row.transactionIndex,
  event: row.index,
});
