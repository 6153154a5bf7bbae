import { confirmationOf } from '../../model/finality.js';
import type { ConsortiumState, InvitationState } from '../../model/governance.js';
import type { LedgerId } from '../../model/ids.js';
import type { Scope } from '../../model/scope.js';
import { visible, type Session } from '../session.js';
import { sql } from '../sql.js';
import type { ConsortiumRow, InvitationRow } from '../store.js';
import type { ConsortiumTable, InvitationTable } from '../tables.js';
import { keyText } from '../text.js';
import { ledgersOf } from './blocks.js';

const MOST_INVITATIONS = 1_000;

type Found<Row> = Row & { readonly ledger_id: string; readonly finalized: number };

const version = (row: Found<InvitationTable | ConsortiumTable>): Omit<InvitationRow, 'state'> => ({
  ledger: row.ledger_id as LedgerId,
  block: { number: row.number, hash: row.block_hash },
  timestampMs: row.timestamp_ms,
  ordinal: row.ordinal,
  confirmation: confirmationOf(row.canonical === 1, row.number, row.finalized),
});
const toInvitation = (row: Found<InvitationTable>): InvitationRow => ({
  ...version(row),
  state: JSON.parse(row.state) as InvitationState,
});

export async function invitationsByKey(
  session: Session,
  scope: Scope,
  keys: readonly { readonly ledger: LedgerId; readonly nativeId: string }[],
): Promise<readonly (InvitationRow | null)[]> {
  if (keys.length === 0) return [];
  const numbers = await visible(session, scope, ledgersOf(keys));
  const wanted = keys.map(({ ledger, nativeId }) => [numbers.get(ledger) ?? -1, keyText(nativeId)]);
  const { rows } = await sql<Found<InvitationTable> & { readonly ord: number }>`
    select k.ord, i.*, l.id as ledger_id, l.finalized
    from ${session.traits.keys(wanted, ['bigint', 'text'])} as k cross join invitation as i cross join ledger as l
    where i.ledger = k.k0 and i.native_id = k.k1 and i.latest = 1 and l.no = i.ledger`.execute(session.db);
  const found = new Map(rows.map((row) => [row.ord, toInvitation(row)]));
  return keys.map((_, at) => found.get(at) ?? null);
}

export async function invitations(
  session: Session,
  scope: Scope,
  ledgers: readonly LedgerId[],
): Promise<readonly InvitationRow[]> {
  const numbers = await visible(session, scope, ledgers);
  if (numbers.size === 0) return [];
  const { rows } = await sql<Found<InvitationTable>>`
    select i.*, l.id as ledger_id, l.finalized from invitation as i cross join ledger as l
    where i.ledger in (${sql.join([...numbers.values()].map((no) => sql.lit(no)))}) and i.latest = 1 and l.no = i.ledger
    order by i.created_ms desc, l.id, i.native_id limit ${sql.lit(MOST_INVITATIONS)}`.execute(session.db);
  return rows.map(toInvitation);
}

export async function consortia(
  session: Session,
  scope: Scope,
  ledgers: readonly LedgerId[],
): Promise<readonly (ConsortiumRow | null)[]> {
  const numbers = await visible(session, scope, ledgers);
  if (numbers.size === 0) return ledgers.map(() => null);
  const nos = [...numbers.values()].sort((a, b) => a - b);
  const found = await session.unchanged.get(`consortia ${nos.join(' ')}`, () => readConsortia(session, nos));
  return ledgers.map((ledger) => found.get(ledger) ?? null);
}

async function readConsortia(session: Session, nos: readonly number[]): Promise<ReadonlyMap<string, ConsortiumRow>> {
  const { rows } = await sql<Found<ConsortiumTable>>`
    select c.*, l.id as ledger_id, l.finalized from consortium as c cross join ledger as l
    where c.ledger in (${sql.join(nos.map((no) => sql.lit(no)))}) and c.latest = 1
      and l.no = c.ledger`.execute(session.db);
  return new Map(
    rows.map((row) => [row.ledger_id, { ...version(row), state: JSON.parse(row.state) as ConsortiumState }]),
  );
}
