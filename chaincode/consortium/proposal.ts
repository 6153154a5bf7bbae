import { requireText } from '../common/checks.js';
import type { Action } from './action.js';
import { decide, tally, type Choice, type Tally } from './tally.js';
import type { VotingPolicy } from './votingPolicy.js';

export type ProposalStatus =
  'OPEN' | 'APPROVED' | 'EXECUTED' | 'REJECTED' | 'EXPIRED' | 'WITHDRAWN' | 'EXECUTION_FAILED';

export interface Proposal {
  readonly proposalId: string;
  readonly title: string;
  readonly body: string;
  readonly action: Action;
  /** MSP id. */
  readonly proposer: string;
  readonly status: ProposalStatus;
  readonly openedAt: string;
  readonly closesAt: string;
  /** The rule and the members of the moment it was opened: later changes leave it alone. */
  readonly policy: VotingPolicy;
  readonly electorate: readonly string[];
  readonly tally: Tally;
  readonly decidedAt?: string;
  readonly executedAt?: string;
  readonly failure?: string;
}

export interface Vote {
  readonly proposalId: string;
  /** MSP id. */
  readonly voter: string;
  readonly choice: Choice;
  readonly reason: string;
  readonly castAt: string;
}

/** Who does something, and when, as the transaction says. */
export interface Act {
  readonly by: string;
  readonly at: string;
}

export interface NewProposal {
  readonly proposalId: string;
  readonly title: string;
  readonly body: string;
  readonly action: Action;
  readonly policy: VotingPolicy;
  readonly electorate: readonly string[];
}

const HOUR_MS = 3_600_000;

/** Opens a proposal; only who may vote may propose. */
export function open(input: NewProposal, { by, at }: Act): Proposal {
  requireText('title', input.title, 1, 200);
  requireText('body', input.body, 0, 10_000);
  if (!input.electorate.includes(by)) throw new Error(`${by} is not an active member`);
  return {
    ...input,
    proposer: by,
    status: 'OPEN',
    openedAt: at,
    closesAt: new Date(Date.parse(at) + input.policy.durationHours * HOUR_MS).toISOString(),
    tally: tally(input.policy, input.electorate.length, []),
  };
}

/** Counts one more vote; `cast` are the votes before it. Refused: who may not vote, a second vote, a vote after the end. */
export function castVote(proposal: Proposal, cast: readonly Vote[], vote: Vote): Proposal {
  requireOpen(proposal, vote.castAt);
  requireText('reason', vote.reason, 0, 1_000);
  if (!proposal.electorate.includes(vote.voter)) {
    throw new Error(`${vote.voter} has no vote on proposal ${proposal.proposalId}`);
  }
  if (cast.some(({ voter }) => voter === vote.voter)) {
    throw new Error(`${vote.voter} has voted on proposal ${proposal.proposalId} already`);
  }
  const choices = [...cast, vote].map(({ choice }) => choice);
  const counted = tally(proposal.policy, proposal.electorate.length, choices);
  const status = decide(counted);
  return { ...proposal, tally: counted, status, ...(status === 'OPEN' ? {} : { decidedAt: vote.castAt }) };
}

/** The proposer takes back what is not decided. */
export function withdraw(proposal: Proposal, { by, at }: Act): Proposal {
  requireOpen(proposal, at);
  if (proposal.proposer !== by) {
    throw new Error(`Proposal ${proposal.proposalId} is ${proposal.proposer}'s to withdraw, not ${by}'s`);
  }
  return { ...proposal, status: 'WITHDRAWN', decidedAt: at };
}

/** Records that a proposal's time passed without a decision. */
export function expire(proposal: Proposal, at: string): Proposal {
  if (statusAt(proposal, at) !== 'EXPIRED' || proposal.status === 'EXPIRED') {
    throw new Error(`Proposal ${proposal.proposalId} is ${proposal.status} and open until ${proposal.closesAt}`);
  }
  return { ...proposal, status: 'EXPIRED', decidedAt: proposal.closesAt };
}

/** The status at a time: an open proposal is expired once its time has passed, recorded or not. */
export function statusAt(proposal: Proposal, at: string): ProposalStatus {
  return proposal.status === 'OPEN' && Date.parse(at) >= Date.parse(proposal.closesAt) ? 'EXPIRED' : proposal.status;
}

function requireOpen(proposal: Proposal, at: string): void {
  const status = statusAt(proposal, at);
  if (status !== 'OPEN') throw new Error(`Proposal ${proposal.proposalId} is not open: it is ${status}`);
}
