import type { LedgerId } from '../../model/ids.js';
import type { Scope } from '../../model/scope.js';
import { foldMemberships, type MembershipEvent } from '../memberships.js';
import type { Session } from '../session.js';
import type { MembershipRow } from '../store.js';
import { originalText } from '../text.js';

/** Changes come with config blocks, which are few; this many are read at most, the oldest first. */
const MAX_CHANGES = 100_000;

export async function memberships(session: Session, scope: Scope): Promise<readonly MembershipRow[]> {
  const numbers = await session.ledgers.of(scope.ledgers);
  if (numbers.size === 0) return [];
  const rows = await session.db
    .selectFrom('membership')
    .selectAll()
    .where('ledger', 'in', [...numbers.values()])
    .where('canonical', '=', 1)
    .orderBy('ledger')
    .orderBy('number')
    .orderBy('ordinal')
    .limit(MAX_CHANGES)
    .execute();
  return [...numbers].flatMap(([ledger, no]: [LedgerId, number]) => {
    const events = rows
      .filter((row) => row.ledger === no)
      .map((row): MembershipEvent => ({
        nativeId: originalText(row.native_id),
        role: row.role as MembershipEvent['role'],
        change: row.change as MembershipEvent['change'],
        atMs: row.timestamp_ms,
        evidence: { number: row.number, hash: row.block_hash },
      }));
    return foldMemberships(events).map((standing) => ({ ledger, ...standing }));
  });
}
