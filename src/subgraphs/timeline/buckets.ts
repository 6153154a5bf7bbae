import { ParleyError } from '../../errors/index.js';
import { hasBlocks, type LedgerId } from '../../model/ids.js';
import type { ActivityRow } from '../../store/store.js';
import type { RequestContext } from '../context.js';
import type { TimeRange } from './filters.js';

export type TimeBucket = 'MINUTE' | 'HOUR' | 'DAY' | 'WEEK';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const WIDTH_MS = { MINUTE: MINUTE_MS, HOUR: 60 * MINUTE_MS, DAY: DAY_MS, WEEK: 7 * DAY_MS } as const;

/** A chart has fewer points than that; a day of minutes fits. */
const MAX_BUCKETS = 1500;
/** What is shown where `from` is left out. */
const DEFAULT_BUCKETS = 100;

/** 1970-01-01 was a Thursday: weeks that begin on Monday are three days ahead of the epoch's. */
const MONDAY_MS = 4 * DAY_MS;

export interface ActivityRequest {
  readonly ledgers: readonly LedgerId[] | null;
  readonly bucket: TimeBucket;
  readonly time: TimeRange;
}

/** What ledgers did in each bucket. `to` is now where it is left out. Errors: `INPUT_INVALID`, `LIMIT_EXCEEDED`. */
export async function bucketedActivity(
  context: RequestContext,
  { ledgers, bucket, time }: ActivityRequest,
): Promise<readonly ActivityRow[]> {
  const range = rangeOf(bucket, time);
  const stored = bucket === 'WEEK' ? DAY_MS : WIDTH_MS[bucket];
  const shown = (ledgers ?? context.scope.ledgers).filter(hasBlocks);
  const rows = await context.store.activity(context.scope, shown, stored, range);
  return bucket === 'WEEK' ? weeksOf(rows) : rows;
}

function rangeOf(bucket: TimeBucket, { from, to }: TimeRange): { readonly fromMs: number; readonly toMs: number } {
  const toMs = to ?? Date.now();
  const fromMs = from ?? toMs - DEFAULT_BUCKETS * WIDTH_MS[bucket];
  if (fromMs >= toMs) {
    const got = { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() };
    throw new ParleyError('INPUT_INVALID', 'The time range is empty', { got, expected: '`from` before `to`' });
  }
  const buckets = Math.ceil((toMs - fromMs) / WIDTH_MS[bucket]);
  if (buckets <= MAX_BUCKETS) return { fromMs, toMs };
  throw new ParleyError('LIMIT_EXCEEDED', 'That is too many buckets', {
    got: buckets,
    expected: `at most ${MAX_BUCKETS}`,
  });
}

/** Days summed to the weeks that hold them, in the order of the days. */
export function weeksOf(days: readonly ActivityRow[]): readonly ActivityRow[] {
  const weeks = new Map<string, ActivityRow>();
  for (const day of days) {
    const fromMs = Math.floor((day.fromMs - MONDAY_MS) / WIDTH_MS.WEEK) * WIDTH_MS.WEEK + MONDAY_MS;
    const key = `${day.ledger} ${fromMs}`;
    const week = weeks.get(key) ?? { ledger: day.ledger, fromMs, blocks: 0, transactions: 0, failed: 0, events: 0 };
    weeks.set(key, {
      ...week,
      blocks: week.blocks + day.blocks,
      transactions: week.transactions + day.transactions,
      failed: week.failed + day.failed,
      events: week.events + day.events,
    });
  }
  return [...weeks.values()].sort((a, b) => a.fromMs - b.fromMs || (a.ledger < b.ledger ? -1 : 1));
}
