import type { LedgerId } from '../model/ids.js';
import type { BlockRow, EachRequest, EventRow, Page, TransactionRow } from '../store/store.js';
import type { RequestContext } from './context.js';
import { loadersOf } from './loaders.js';
import { cursorPurpose, openCursor, pageBounds, type PageArguments, type PageOf } from './page.js';
import { pageStreamCursor, snapshotOf, type Snapshot } from './pageSnapshot.js';
import type { StreamBinding, StreamFilter } from './streamBinding.js';

interface PartList<Row> {
  readonly ledger: LedgerId;
  /** The parent that the cursors are bound to. */
  readonly parent: readonly unknown[];
  readonly stream: StreamBinding;
  readonly indexOf: (row: Row) => number;
  readonly totalCount: number | null;
  readonly read: (each: EachRequest) => Promise<Page<Row>>;
}

/** A page of what one block or transaction holds, in its own order: it never changes, so an index is cursor enough. */
async function partPage<Row>(context: RequestContext, list: PartList<Row>, args: PageArguments): Promise<PageOf<Row>> {
  const bounds = pageBounds(args, context.pageSize);
  const purpose = cursorPurpose(context, `part.${list.stream.field}`, list.parent);
  const afterIndex = bounds.cursor === null ? -1 : Number(openCursor(context, purpose, bounds.cursor));
  const snapshot: Snapshot = await snapshotOf(context, [list.ledger]);
  const { rows, hasMore } = await list.read({ limit: bounds.limit, afterIndex });
  return {
    nodes: rows,
    hasNextPage: hasMore,
    hasPreviousPage: afterIndex >= 0,
    totalCount: list.totalCount,
    cursorAt: (index) => context.cursors.seal(purpose, rows[index] === undefined ? -1 : list.indexOf(rows[index])),
    streamCursor: () => pageStreamCursor(context, list.stream, snapshot),
  };
}

const inBlock = (ledger: LedgerId, number: number): StreamFilter => ({
  ledgers: [ledger],
  range: { from: number, to: number },
});

export function transactionsOfBlock(
  context: RequestContext,
  { ledger, number, hash, transactionCount }: BlockRow,
  args: PageArguments,
): Promise<PageOf<TransactionRow>> {
  const list: PartList<TransactionRow> = {
    ledger,
    parent: [ledger, hash],
    stream: { field: 'transactionAdded', filter: inBlock(ledger, number) },
    indexOf: ({ index }) => index,
    totalCount: transactionCount,
    read: (request) => loadersOf(context).transactionsOfBlock.load({ parent: { ledger, hash }, request }),
  };
  return partPage(context, list, args);
}

export function eventsOfTransaction(
  context: RequestContext,
  { ledger, block, index }: TransactionRow,
  args: PageArguments,
): Promise<PageOf<EventRow>> {
  const list: PartList<EventRow> = {
    ledger,
    parent: [ledger, block.hash, index],
    stream: { field: 'eventEmitted', filter: inBlock(ledger, block.number) },
    indexOf: (row) => row.index,
    totalCount: null,
    read: (request) =>
      loadersOf(context).eventsOfTransaction.load({ parent: { ledger, hash: block.hash, index }, request }),
  };
  return partPage(context, list, args);
}
