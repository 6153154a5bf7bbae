import type { LedgerId } from '../model/ids.js';
import type { BlockRow } from '../store/store.js';
import type { RequestContext } from './context.js';
import { blockSortKey, ledgerPage } from './ledgerPage.js';
import { loadersOf } from './loaders.js';
import type { PageArguments, PageOf } from './page.js';

/** A page of one ledger's canonical blocks, newest first. */
export async function blockPage(
  context: RequestContext,
  ledger: LedgerId,
  args: PageArguments,
): Promise<PageOf<BlockRow>> {
  const page = await ledgerPage(
    context,
    {
      bound: { ledgers: [ledger] },
      stream: { field: 'blockAdded', filter: { ledgers: [ledger] } },
      ledgers: [ledger],
      order: { field: 'POSITION', direction: 'DESC' },
      keyOf: blockSortKey,
      read: (request) => context.store.blocks(context.scope, { ledgers: [ledger] }, request),
    },
    args,
  );
  loadersOf(context).keepBlocks(page.nodes);
  return page;
}

/** The canonical block of a number; null where there is none. */
export async function blockAt(context: RequestContext, ledger: LedgerId, number: string): Promise<BlockRow | null> {
  const exact = BigInt(number);
  if (exact < 0n || exact > BigInt(Number.MAX_SAFE_INTEGER)) return null;
  return loadersOf(context).blockByNumber.load({ ledger, number: Number(exact) });
}
