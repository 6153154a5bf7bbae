import type { BlockRow, EventRow, Page, PageRequest, TransactionCriteria, TransactionRow } from '../../store/store.js';
import type { RequestContext } from '../context.js';
import { blockSortKey, eventSortKey, ledgerPage, transactionSortKey, type Order } from '../ledgerPage.js';
import { loadersOf } from '../loaders.js';
import type { PageArguments, PageOf } from '../page.js';
import type { StreamFilter } from '../streamBinding.js';
import { blockCriteria, eventCriteria, transactionCriteria } from './criteria.js';
import type { BlockFilter, LedgerEventFilter, TransactionFilter } from './filters.js';

export interface ListRequest<Filter> {
  readonly filter: Filter | null | undefined;
  readonly order: Order | null | undefined;
  readonly args: PageArguments;
  /** False: the rows' detail is not needed. Absent: it is. */
  readonly detail?: boolean;
}

const NEWEST_FIRST: Order = { field: 'TIMESTAMP', direction: 'DESC' };
const orderOf = (order: Order | null | undefined): Order =>
  order == null ? NEWEST_FIRST : { field: order.field, direction: order.direction };

export async function blockList(context: RequestContext, request: ListRequest<BlockFilter>): Promise<PageOf<BlockRow>> {
  const criteria = blockCriteria(request.filter);
  const list = {
    bound: request.filter ?? {},
    stream: { field: 'blockAdded', filter: { ledgers: request.filter?.ledgers ?? null } },
    ledgers: criteria.ledgers ?? null,
    order: orderOf(request.order),
    keyOf: blockSortKey,
    read: (page: PageRequest) => context.store.blocks(context.scope, criteria, page),
  } as const;
  const page = await ledgerPage(context, list, request.args);
  loadersOf(context).keepBlocks(page.nodes);
  return page;
}

/** `parties` restricts to what one member did: the pages of several members are read together. */
export async function transactionList(
  context: RequestContext,
  request: ListRequest<TransactionFilter>,
): Promise<PageOf<TransactionRow>> {
  const criteria = await transactionCriteria(context, request.filter);
  const read = (page: PageRequest): Promise<Page<TransactionRow>> =>
    context.store.transactions(context.scope, criteria, page);
  return transactionPage(context, request, { criteria, bound: null, filter: request.filter ?? {}, read });
}

export interface TransactionReading {
  readonly criteria: TransactionCriteria;
  /** The parent, where it is a list of one. */
  readonly bound: unknown;
  /** As a subscription of the same would write it. */
  readonly filter: StreamFilter;
  readonly read: (page: PageRequest) => Promise<Page<TransactionRow>>;
}

export async function transactionPage(
  context: RequestContext,
  request: ListRequest<TransactionFilter>,
  { criteria, bound, filter, read }: TransactionReading,
): Promise<PageOf<TransactionRow>> {
  const list = {
    bound: [bound, request.filter ?? {}, filter],
    stream: { field: 'transactionAdded', filter },
    ledgers: criteria.ledgers ?? null,
    order: orderOf(request.order),
    keyOf: transactionSortKey,
    read: (page: PageRequest) => read(request.detail === false ? { ...page, detail: false } : page),
  } as const;
  const page = await ledgerPage(context, list, request.args);
  // What another field finds by id may be asked for its detail.
  if (request.detail !== false) loadersOf(context).keepTransactions(page.nodes);
  return page;
}

export async function eventList(
  context: RequestContext,
  request: ListRequest<LedgerEventFilter>,
): Promise<PageOf<EventRow>> {
  const criteria = eventCriteria(request.filter);
  const list = {
    bound: request.filter ?? {},
    stream: { field: 'eventEmitted', filter: request.filter ?? {} },
    ledgers: criteria.ledgers ?? null,
    order: orderOf(request.order),
    keyOf: eventSortKey,
    read: (page: PageRequest) => context.store.events(context.scope, criteria, page),
  } as const;
  const page = await ledgerPage(context, list, request.args);
  loadersOf(context).keepEventRows(page.nodes);
  return page;
}
