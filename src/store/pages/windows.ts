import type { LedgerId } from '../../model/ids.js';
import type { Scope } from '../../model/scope.js';
import type { Session } from '../session.js';
import type { BlockCriteria, NumberRange, PageRequest, TimeRange } from '../store.js';

/** A part of one ledger that a list reads: canonical or retracted, and between which numbers. */
export interface Window {
  readonly ledger: LedgerId;
  readonly no: number;
  readonly canonical: 0 | 1;
  readonly numbers: { readonly from: number; readonly to: number };
  readonly time: TimeRange | null;
  /** The numbers that the filter itself names. */
  readonly range: NumberRange | null;
}

/**
 * What a list reads: ledgers that are in the scope, the criteria and the snapshot, and of each what the confirmations allow.
 * FINAL and CONFIRMED are both canonical, above and up to the finalized number.
 */
export async function windowsOf(
  session: Session,
  scope: Scope,
  criteria: BlockCriteria,
  snapshot: PageRequest['snapshot'],
): Promise<readonly Window[]> {
  const wanted = criteria.ledgers == null ? null : new Set(criteria.ledgers);
  const ids = scope.ledgers.filter((id) => snapshot[id] !== undefined && (wanted === null || wanted.has(id)));
  const confirmations = new Set(criteria.confirmation ?? ['CONFIRMED', 'FINAL']);
  const finalized = await finalizedOf(session, ids, confirmations);
  const numbers = await session.ledgers.of(ids);
  return [...numbers].flatMap(([ledger, no]) => {
    const from = Math.max(0, criteria.range?.from ?? 0);
    const last = criteria.range?.to ?? Number.MAX_SAFE_INTEGER;
    return standings(confirmations, finalized?.get(no) ?? null)
      .map(({ canonical, above, upTo }) => ({
        ...{ ledger, no, canonical, time: criteria.time ?? null, range: criteria.range ?? null },
        // A shorter branch may have taken the place of blocks above its own height: those are listed all the same.
        numbers: {
          from: Math.max(from, above + 1),
          to: Math.min(last, upTo, canonical === 1 ? (snapshot[ledger] ?? -1) : last),
        },
      }))
      .filter((window) => window.numbers.from <= window.numbers.to);
  });
}

interface Standing {
  readonly canonical: 0 | 1;
  readonly above: number;
  readonly upTo: number;
}

function standings(confirmations: ReadonlySet<string>, finalized: number | null): Standing[] {
  const retracted: Standing[] = confirmations.has('RETRACTED') ? [{ canonical: 0, above: -1, upTo: Infinity }] : [];
  const confirmed = confirmations.has('CONFIRMED');
  const final = confirmations.has('FINAL');
  if (!confirmed && !final) return retracted;
  const above = !final && finalized !== null ? finalized : -1;
  const upTo = !confirmed && finalized !== null ? finalized : Infinity;
  return [{ canonical: 1, above, upTo }, ...retracted];
}

/** Asked for only where it matters: one of CONFIRMED and FINAL without the other. */
async function finalizedOf(
  session: Session,
  ids: readonly LedgerId[],
  confirmations: ReadonlySet<string>,
): Promise<ReadonlyMap<number, number> | null> {
  if (confirmations.has('CONFIRMED') === confirmations.has('FINAL') || ids.length === 0) return null;
  const rows = await session.db.selectFrom('ledger').select(['no', 'finalized']).where('id', 'in', ids).execute();
  return new Map(rows.map(({ no, finalized }) => [no, finalized]));
}
