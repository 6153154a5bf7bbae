import type { LedgerId } from '../../model/ids.js';
import type { Scope } from '../../model/scope.js';
import { foldMemberships } from '../memberships.js';
import type { Session } from '../session.js';
import { sql } from '../sql.js';
import type { MembershipRow } from '../store.js';
import type { MembershipTable } from '../tables.js';
import { toEvent } from './membershipChanges.js';

/** Changes come with config blocks, which are few; this many are read at most, the oldest first. */
const MAX_CHANGES = 100_000;

export async function memberships(session: Session, scope: Scope): Promise<readonly MembershipRow[]> {
  const numbers = await session.ledgers.of(scope.ledgers);
  if (numbers.size === 0) return [];
  return session.unchanged.get(`memberships ${[...numbers.values()].join(' ')}`, () => read(session, numbers));
}

async function read(session: Session, numbers: ReadonlyMap<LedgerId, number>): Promise<readonly MembershipRow[]> {
  const { rows } = await sql<MembershipTable>`
    select * from membership where ledger in (${sql.join([...numbers.values()].map(sql.lit))}) and canonical = 1
    order by ledger, number, ordinal limit ${sql.lit(MAX_CHANGES)}`.execute(session.db);
  return [...numbers].flatMap(([ledger, no]: [LedgerId, number]) => {
    const events = rows.filter((row) => row.ledger === no).map(toEvent);
    return foldMemberships(events).map((standing) => ({ ledger, ...standing }));
  });
}
