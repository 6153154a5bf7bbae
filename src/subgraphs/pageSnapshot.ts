import type { LedgerPosition } from '../feed/feed.js';
import type { BlockRef } from '../model/block.js';
import type { LedgerId } from '../model/ids.js';
import type { RequestContext } from './context.js';
import { loadersOf } from './loaders.js';
import type { StreamBinding } from './streamBinding.js';
import { sealStream } from './streamCursor.js';

/** The tip of a ledger at one moment, and the last number that was final then; -1 while none was. */
export interface SeenTip extends BlockRef {
  readonly final: number;
}

/** The tips of ledgers at one moment. */
export type Snapshot = ReadonlyMap<LedgerId, SeenTip>;

/** As many blocks as a position tells branches apart by. */
const MAX_RECENT = 257;

/** The tips of the ledgers as this request first saw them. */
export async function snapshotOf(context: RequestContext, ledgers: readonly LedgerId[] | null): Promise<Snapshot> {
  const rows = await loadersOf(context).ledgers();
  const wanted = rows.filter(({ id }) => ledgers === null || ledgers.includes(id));
  return new Map(
    wanted.flatMap(({ id, tip, finalized }) =>
      tip === null ? [] : [[id, { ...tip, final: Math.min(finalized, tip.number) }] as const],
    ),
  );
}

/** The cursor of the stream that goes on where a page was read. One query for all ledgers of all pages. */
export async function pageStreamCursor(
  context: RequestContext,
  binding: StreamBinding,
  snapshot: Snapshot,
): Promise<string> {
  const positions = await Promise.all([...snapshot].map(([ledger, tip]) => positionOf(context, ledger, tip)));
  return sealStream(context, binding, new Map(positions));
}

async function positionOf(
  context: RequestContext,
  ledger: LedgerId,
  { number, hash, final }: SeenTip,
): Promise<[LedgerId, LedgerPosition]> {
  const from = Math.max(final, number - MAX_RECENT + 1, 0);
  const chain = from === number ? [] : await loadersOf(context).chain.load({ ledger, from, to: number });
  // What was taken back meanwhile is another branch: of that one only the tip is known.
  const whole = chain.at(-1)?.hash === hash && chain.length === number - from + 1;
  const recent = (whole ? chain : [{ hash }]).map((block) => recentOf(block.hash));
  return [ledger, { block: { number, hash }, through: null, final, finalThrough: 0, recent }];
}

const recentOf = (hash: string): string => hash.replace(/^0x/, '').slice(0, 16);
