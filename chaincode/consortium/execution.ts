import type { Action } from './action.js';
import { electorate, type Invitation, type Member } from './member.js';
import type { Act, Proposal } from './proposal.js';
import type { VotingPolicy } from './votingPolicy.js';

/** What executing a proposal writes; `failure` where its action cannot be done any more. */
export interface Effects {
  readonly proposal: Proposal;
  readonly invitation?: Invitation;
  readonly member?: Member;
  readonly policy?: VotingPolicy;
}

/** An invitation waits as long as this for its answer. */
const INVITATION_DAYS = 30;
const DAY_MS = 86_400_000;

/** Carries out an approved proposal. `members` are all members of this moment. */
export function execute(proposal: Proposal, members: readonly Member[], { by, at }: Act): Effects {
  if (proposal.status !== 'APPROVED') {
    throw new Error(`Proposal ${proposal.proposalId} is ${proposal.status}, not APPROVED`);
  }
  if (!electorate(members).includes(by)) throw new Error(`${by} is not an active member`);
  const executed: Proposal = { ...proposal, status: 'EXECUTED', executedAt: at };
  const { action } = proposal;
  switch (action.kind) {
    case 'TEXT':
      return { proposal: executed };
    case 'CHANGE_VOTING_POLICY': {
      const { threshold, comparator, durationHours } = action;
      return { proposal: executed, policy: { threshold, comparator, durationHours } };
    }
    case 'INVITE_MEMBER':
      return { proposal: executed, invitation: invitationOf(proposal, action, at) };
    case 'REMOVE_MEMBER':
      return removal(executed, action.mspId, members, at);
  }
}

function invitationOf(proposal: Proposal, action: Extract<Action, { kind: 'INVITE_MEMBER' }>, at: string): Invitation {
  return {
    invitationId: proposal.proposalId,
    name: action.name,
    principal: action.principal,
    proposalId: proposal.proposalId,
    status: 'PENDING',
    createdAt: at,
    expiresAt: new Date(Date.parse(at) + INVITATION_DAYS * DAY_MS).toISOString(),
  };
}

function removal(executed: Proposal, mspId: string, members: readonly Member[], at: string): Effects {
  const active = electorate(members);
  const member = members.find((candidate) => candidate.mspId === mspId);
  if (member === undefined || !active.includes(mspId)) {
    return { proposal: { ...executed, status: 'EXECUTION_FAILED', failure: `${mspId} is not an active member` } };
  }
  if (active.length === 1) {
    return { proposal: { ...executed, status: 'EXECUTION_FAILED', failure: `${mspId} is the last member` } };
  }
  return { proposal: executed, member: { ...member, status: 'REMOVED', removedAt: at } };
}
