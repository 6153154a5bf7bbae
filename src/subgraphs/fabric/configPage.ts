import type { LedgerId } from '../../model/ids.js';
import type { ConfigRow } from '../../store/store.js';
import type { RequestContext } from '../context.js';
import { cursorPurpose, openCursor, pageBounds, type PageArguments, type PageOf } from '../page.js';

/** A channel's configurations, newest first. Cursors carry the block's number: what lies below it never changes. */
export async function configPage(
  context: RequestContext,
  ledger: LedgerId,
  args: PageArguments,
): Promise<PageOf<ConfigRow>> {
  const bounds = pageBounds(args, context.pageSize);
  const purpose = cursorPurpose(context, 'configHistory', ledger);
  const before = bounds.cursor === null ? null : Number(openCursor(context, purpose, bounds.cursor));
  const { rows, hasMore } = await context.store.configHistory(context.scope, ledger, before, bounds.limit);
  return {
    nodes: rows,
    hasNextPage: hasMore,
    hasPreviousPage: before !== null,
    totalCount: null,
    cursorAt: (index) => context.cursors.seal(purpose, rows[index]?.block.number ?? 0),
    streamCursor: () => Promise.reject(new TypeError('Configurations are no stream')),
  };
}
