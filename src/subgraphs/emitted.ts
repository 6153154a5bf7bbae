import type { LedgerId } from '../model/ids.js';
import type { EventEmitterRef, EventRow } from '../store/store.js';
import type { RequestContext } from './context.js';
import { eventSortKey, ledgerPage } from './ledgerPage.js';
import { loadersOf } from './loaders.js';
import type { PageArguments, PageOf } from './page.js';
import type { StreamFilter } from './streamBinding.js';

/** A page of the events of one chaincode or contract, newest first; those of several are read together. */
export function emittedBy(
  context: RequestContext,
  ledger: LedgerId,
  emitter: EventEmitterRef['emitter'],
  filter: StreamFilter,
  args: PageArguments,
): Promise<PageOf<EventRow>> {
  return ledgerPage(
    context,
    {
      bound: filter,
      stream: { field: 'eventEmitted', filter },
      ledgers: [ledger],
      order: { field: 'POSITION', direction: 'DESC' },
      keyOf: eventSortKey,
      read: (request) => loadersOf(context).eventsOfEmitter.load({ parent: { ledger, emitter }, request }),
    },
    args,
  );
}
