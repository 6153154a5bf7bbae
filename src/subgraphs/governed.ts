import { ParleyError } from '../errors/index.js';
import type { Actor, Outcome } from '../governance/mechanism.js';
import { pause } from '../lib/pause.js';
import type { ProposalStatus } from '../model/governance.js';
import type { InvitationRow, PartyRef, ProposalRow, VoteRow } from '../store/store.js';
import type { RequestContext } from './context.js';
import { keyAbout, type GovernanceAsked } from './governAsked.js';
import { partiesOf } from './parties.js';
import type { WriteAnswer, WriteOutcome } from './writes.js';

/** What came of a write of governance, as the index has it. */
export interface Governed {
  /** Of a write that proposes, votes, withdraws or executes. */
  readonly proposal: ProposalRow | null;
  /** Of a write that votes; null until the index holds it. */
  readonly vote: VoteRow | null;
  readonly invitation: InvitationRow | null;
  /** Who leaves, under which native id. */
  readonly left: PartyRef | null;
  /** Null where no transaction of the actor's brought it about. */
  readonly transaction: WriteOutcome | null;
}

/** What was sent, and what it will have touched. */
export interface Sent {
  readonly of: Outcome;
  readonly transaction: WriteOutcome | null;
}

/** The outcome as a write's journal keeps it. */
export const answerOf = ({ proposal, invitation }: Outcome): WriteAnswer => ({ proposal, invitation });
export const sentBy = (transaction: WriteOutcome): Sent => ({
  transaction,
  of: transaction.answer as unknown as Outcome,
});

/** Less than a request may take. */
const SEEN_WITHIN_MS = 20_000;
const LOOK_EVERY_MS = 150;
const UNDER_WAY: readonly ProposalStatus[] = ['PENDING', 'ACTIVE', 'APPROVED', 'QUEUED', 'EXECUTING'];

/**
 * Loads what a write did, once the index holds it. Errors: `LEDGER_REFUSED` where a block marks the transaction as invalid and nothing
 * came of it; `TIMEOUT` where the index does not show it in time: it may still come.
 */
export async function governed(
  context: RequestContext,
  asking: GovernanceAsked,
  actor: Actor,
  sent: Sent,
): Promise<Governed> {
  const facts = { proposal: null, vote: null, invitation: null, left: null, transaction: sent.transaction };
  switch (asking.action) {
    case 'propose':
    case 'withdrawProposal':
      return { ...facts, proposal: await proposalOf(context, asking, sent, () => true) };
    case 'executeProposal': {
      const isDone = ({ state }: ProposalRow): boolean =>
        sent.transaction !== null || !UNDER_WAY.includes(state.status);
      return { ...facts, proposal: await proposalOf(context, asking, sent, isDone) };
    }
    case 'castVote':
      return { ...facts, ...(await votedOn(context, asking, actor, sent)) };
    case 'acceptInvitation':
    case 'rejectInvitation':
      return { ...facts, invitation: await invitationOf(context, asking, sent) };
    case 'leaveNetwork':
      return { ...facts, left: await leftBy(context, asking, actor, sent) };
  }
}

async function proposalOf(
  context: RequestContext,
  asking: GovernanceAsked,
  sent: Sent,
  isDone: (row: ProposalRow) => boolean,
): Promise<ProposalRow> {
  const key = keyAbout(asking, nativeIdSaid(sent) ?? asking.about ?? '');
  const read = async (): Promise<ProposalRow | null> => {
    const [row] = await context.store.proposalsByKey(context.scope, [key]);
    return row != null && isDone(row) ? row : null;
  };
  return (await read()) ?? (requireValid(sent), seen(context, asking, read));
}

async function votedOn(
  context: RequestContext,
  asking: GovernanceAsked,
  actor: Actor,
  sent: Sent,
): Promise<Pick<Governed, 'proposal' | 'vote'>> {
  const parties = await partiesFor(context, asking, actor);
  requireValid(sent);
  const read = async (): Promise<VoteRow | null> => {
    const [vote] = await context.store.votesOn(context.scope, [keyAbout(asking)], parties);
    return vote ?? null;
  };
  // The block that holds the transaction holds the vote, or none; an API's answer is polled for.
  const vote = (await read()) ?? (sent.transaction === null ? await soon(context, read) : null);
  return { vote, proposal: await proposalOf(context, asking, { ...sent, of: NOTHING }, () => true) };
}

const NOTHING: Outcome = { proposal: null, invitation: null };

async function invitationOf(context: RequestContext, asking: GovernanceAsked, sent: Sent): Promise<InvitationRow> {
  requireValid(sent);
  const key = { ledger: asking.ledger, nativeId: sent.of.invitation ?? asking.about ?? '' };
  return seen(context, asking, async () => {
    const [row] = await context.store.invitationsByKey(context.scope, [key]);
    return row == null || (sent.transaction === null && row.state.status === 'PENDING') ? null : row;
  });
}

/** A block that holds the transaction says so at once; an API's answer is polled for. */
async function leftBy(context: RequestContext, asking: GovernanceAsked, actor: Actor, sent: Sent): Promise<PartyRef> {
  requireValid(sent);
  const { ledger } = asking;
  const nativeId = nativeIdOf(actor);
  if (sent.transaction !== null) return { ledger, nativeId };
  return seen(context, asking, async () => {
    const [consortium] = await context.store.consortia(context.scope, [ledger]);
    const isIn = consortium?.state.members.some((one) => one.nativeId === nativeId && one.status === 'ACTIVE');
    return isIn === false ? { ledger, nativeId } : null;
  });
}

function nativeIdSaid({ of, transaction }: Sent): string | null {
  if (of.proposal === null || typeof of.proposal === 'string') return of.proposal;
  return transaction?.transaction ?? null;
}

/** Under which native ids the actor votes. */
async function partiesFor(
  context: RequestContext,
  { ledger }: GovernanceAsked,
  actor: Actor,
): Promise<readonly PartyRef[]> {
  if (actor.identity !== null) return [{ ledger, nativeId: nativeIdOf(actor) }];
  const member = await partiesOf(context).member(actor.member);
  return member === null ? [] : partiesOf(context).refsOf(member);
}

function nativeIdOf({ identity, member }: Actor): string {
  if (identity === null) return member;
  return 'fabric' in identity ? identity.fabric.mspId : identity.address;
}

function requireValid({ transaction }: Sent): void {
  if (transaction?.row?.outcome !== 'FAILED') return;
  const { ledger, row } = transaction;
  const code = row.detail.kind === 'fabric' ? row.detail.validationCode : 'reverted';
  throw new ParleyError('LEDGER_REFUSED', 'A block holds the transaction, and marks it as failed: nothing came of it', {
    got: code,
    source: ledger,
    details: { ledger, transaction: transaction.transaction },
    fix: 'See the transaction; ask again, with another idempotency key, where the state that it read has only changed meanwhile.',
  });
}

/** What is looked for, once it is there. Errors: `TIMEOUT`. */
async function seen<T>(
  context: RequestContext,
  { ledger }: GovernanceAsked,
  read: () => Promise<T | null>,
): Promise<T> {
  const found = await soon(context, read);
  if (found !== null) return found;
  throw new ParleyError('TIMEOUT', 'It was sent, and the index does not show it yet', {
    source: ledger,
    fix: 'Look for it in a while; do not send it anew.',
  });
}

async function soon<T>({ signal }: RequestContext, read: () => Promise<T | null>): Promise<T | null> {
  const patience = AbortSignal.any([signal, AbortSignal.timeout(SEEN_WITHIN_MS)]);
  for (;;) {
    const found = await read();
    if (found !== null || patience.aborted) return found;
    await pause(LOOK_EVERY_MS, patience);
  }
}
