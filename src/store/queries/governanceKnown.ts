import type { ConsortiumState, InvitationState, Mechanism, ProposalState, VoteState } from '../../model/governance.js';
import type { LedgerId } from '../../model/ids.js';
import { proposalText } from '../governanceRows.js';
import type { Session } from '../session.js';
import { sql } from '../sql.js';
import { keyText } from '../text.js';
import { numberOf } from './ledgers.js';

const MOST_OPEN = 10_000;
const MOST_VOTES = 100_000;

interface Stated {
  readonly state: string;
}
const parsed = <T>(rows: readonly Stated[]): readonly T[] => rows.map(({ state }) => JSON.parse(state) as T);

export async function proposalsKnown(
  session: Session,
  ledger: LedgerId,
  mechanism: Mechanism,
  nativeIds: readonly string[],
): Promise<readonly ProposalState[]> {
  const no = await numberOf(session, ledger);
  const keys = session.traits.keys(
    nativeIds.map((nativeId) => [proposalText({ mechanism, nativeId })]),
    ['text'],
  );
  const { rows } = await sql<Stated>`
    select p.state from ${keys} as k cross join proposal as p
    where p.ledger = ${no} and p.proposal = k.k0 and p.latest = 1`.execute(session.db);
  return parsed(rows);
}

export async function proposalsOpen(
  session: Session,
  ledger: LedgerId,
  mechanism: Mechanism,
): Promise<readonly ProposalState[]> {
  const no = await numberOf(session, ledger);
  const { rows } = await sql<Stated>`
    select p.state from proposal as p where p.ledger = ${no} and p.latest = 1 and p.mechanism = ${mechanism}
      and p.status in ('PENDING', 'ACTIVE', 'APPROVED', 'QUEUED', 'EXECUTING', 'EXECUTION_FAILED')
    order by p.created_ms, p.proposal limit ${sql.lit(MOST_OPEN)}`.execute(session.db);
  return parsed(rows);
}

export async function votesKnown(
  session: Session,
  ledger: LedgerId,
  mechanism: Mechanism,
  proposal: string,
): Promise<readonly VoteState[]> {
  const no = await numberOf(session, ledger);
  const { rows } = await sql<Stated>`
    select v.state from vote as v
    where v.ledger = ${no} and v.proposal = ${proposalText({ mechanism, nativeId: proposal })} and v.latest = 1
    order by v.number, v.ordinal limit ${sql.lit(MOST_VOTES)}`.execute(session.db);
  return parsed(rows);
}

export async function invitationKnown(
  session: Session,
  ledger: LedgerId,
  nativeId: string,
): Promise<InvitationState | null> {
  const no = await numberOf(session, ledger);
  const { rows } = await sql<Stated>`
    select i.state from invitation as i where i.ledger = ${no} and i.native_id = ${keyText(nativeId)} and i.latest = 1
    `.execute(session.db);
  return parsed<InvitationState>(rows)[0] ?? null;
}

export async function consortiumKnown(session: Session, ledger: LedgerId): Promise<ConsortiumState | null> {
  const no = await numberOf(session, ledger);
  const { rows } = await sql<Stated>`
    select c.state from consortium as c where c.ledger = ${no} and c.latest = 1`.execute(session.db);
  return parsed<ConsortiumState>(rows)[0] ?? null;
}
