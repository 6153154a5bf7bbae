import type { RequestContext } from '../context.js';
import { FeedSource } from '../feedSource.js';
import type { StreamSource } from '../stream.js';
import { streamOptions, type StreamArguments } from '../streamOptions.js';
import { BlockChange, EventChange, TransactionChange } from './changes.js';
import { blockCriteria, eventCriteria, transactionCriteria } from './criteria.js';
import type { LedgerEventFilter, TransactionFilter } from './filters.js';

export interface FilteredStream<Filter> extends StreamArguments {
  readonly filter?: Filter | null;
}

// Each of them: INPUT_INVALID, ID_INVALID, LIMIT_EXCEEDED, CURSOR_INVALID.

export function blockStream(
  context: RequestContext,
  { ledgers, ...args }: StreamArguments & { readonly ledgers?: string[] | null },
): StreamSource {
  const filter = { ledgers: ledgers ?? null };
  return new FeedSource(context, {
    binding: { field: 'blockAdded', filter },
    wanted: { items: 'blocks', criteria: blockCriteria(filter) },
    options: streamOptions(args, null),
    after: args.after ?? null,
    Change: BlockChange,
  });
}

export async function transactionStream(
  context: RequestContext,
  { filter, ...args }: FilteredStream<TransactionFilter>,
): Promise<StreamSource> {
  const options = streamOptions(args, filter?.confirmation);
  const criteria = await transactionCriteria(context, { ...filter, confirmation: null });
  return new FeedSource(context, {
    binding: { field: 'transactionAdded', filter: filter ?? {} },
    wanted: { items: 'transactions', criteria },
    options,
    after: args.after ?? null,
    Change: TransactionChange,
  });
}

export function eventStream(
  context: RequestContext,
  { filter, ...args }: FilteredStream<LedgerEventFilter>,
): StreamSource {
  return new FeedSource(context, {
    binding: { field: 'eventEmitted', filter: filter ?? {} },
    wanted: { items: 'events', criteria: eventCriteria(filter) },
    options: streamOptions(args, null),
    after: args.after ?? null,
    Change: EventChange,
  });
}
