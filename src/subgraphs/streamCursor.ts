import type { BlockRef } from '../model/block.js';
import type { LedgerId } from '../model/ids.js';
import type { RequestContext } from './context.js';
import { cursorPurpose } from './page.js';

/** The tips of ledgers at one moment. */
export type Snapshot = ReadonlyMap<LedgerId, BlockRef>;

/** The subscription that a list can go on with: its field and its filter, as a client writes it. */
export interface StreamBinding {
  readonly kind: 'blockAdded' | 'transactionAdded' | 'eventEmitted';
  readonly filter: unknown;
}

/** What a stream cursor is sealed for: its subscription's field, filter and visibility. */
export const streamPurpose = (context: RequestContext, binding: StreamBinding): string =>
  cursorPurpose(context, `stream.${binding.kind}`, binding.filter);

/** The sealed value: for each ledger the last block that the client has seen, with its hash; a ledger that is absent had shown none. */
export interface StreamPosition {
  readonly positions: Readonly<Record<LedgerId, readonly [number, string]>>;
}

export function sealStreamCursor(context: RequestContext, binding: StreamBinding, snapshot: Snapshot): string {
  const positions = Object.fromEntries(
    [...snapshot].map(([ledger, { number, hash }]) => [ledger, [number, hash] as const]),
  );
  return context.cursors.seal(streamPurpose(context, binding), { positions } satisfies StreamPosition);
}
