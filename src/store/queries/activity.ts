import { ParleyError } from '../../errors/index.js';
import type { LedgerId } from '../../model/ids.js';
import type { Scope } from '../../model/scope.js';
import { visible, type Session } from '../session.js';
import { sql } from '../sql.js';
import type { ActivityRow } from '../store.js';

/** A chart has hundreds of points; more is a mistake in the bucket. */
const MAX_BUCKETS = 100_000;

interface Found extends Omit<ActivityRow, 'ledger' | 'fromMs'> {
  readonly no: number;
  readonly bucket: number;
}

/**
 * Counts of canonical blocks and what they hold, by the block's own time; buckets without a block are left out. Read from the
 * blocks' index by time alone. Errors: `LIMIT_EXCEEDED`.
 */
export async function activity(
  session: Session,
  scope: Scope,
  ledgers: readonly LedgerId[] | null,
  bucketMs: number,
  time: { readonly fromMs: number; readonly toMs: number },
): Promise<readonly ActivityRow[]> {
  const buckets = (time.toMs - time.fromMs) / bucketMs;
  if (!(buckets <= MAX_BUCKETS)) {
    throw new ParleyError('LIMIT_EXCEEDED', 'The time range has too many buckets', {
      got: Math.ceil(buckets),
      expected: `at most ${MAX_BUCKETS}`,
    });
  }
  const numbers = await visible(session, scope, ledgers ?? scope.ledgers);
  if (numbers.size === 0 || time.toMs <= time.fromMs) return [];
  const keys = session.traits.keys(
    [...numbers.values()].map((no) => [no]),
    ['bigint'],
  );
  const ids = new Map([...numbers].map(([id, no]) => [no, id]));
  const { rows } = await sql<Found>`
    select b.ledger as no, (b.sort_ms - b.sort_ms % ${sql.lit(bucketMs)}) as bucket, count(*) as blocks,
      cast(sum(b.transaction_count) as bigint) as transactions, cast(sum(b.failed_count) as bigint) as failed,
      cast(sum(b.event_count) as bigint) as events
    from ${keys} as k cross join block as b
    where b.ledger = k.k0 and b.canonical = 1 and b.sort_ms >= ${time.fromMs} and b.sort_ms < ${time.toMs}
    group by b.ledger, b.sort_ms - b.sort_ms % ${sql.lit(bucketMs)} order by bucket, no`.execute(session.db);
  return rows.flatMap(({ no, bucket, ...counts }) => {
    const ledger = ids.get(no);
    return ledger === undefined ? [] : [{ ledger, fromMs: bucket, ...counts }];
  });
}
