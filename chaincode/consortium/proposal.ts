import { requireText } from '../common/checks.js';
import type { Action } from './action.js';
import { decide, tally, type Choice, type Tally } from './tally.js';
import type { VotingPolicy } from './votingPolicy.js';

/**
 * OPEN until it is decided; the deciding vote or departure carries the actions out in the same transaction, hence EXECUTED or
 * EXECUTION_FAILED. EXPIRED is computed from `closesAt`; stored only where it was imported.
 */
export const PROPOSAL_STATUSES = ['OPEN', 'EXECUTED', 'EXECUTION_FAILED', 'REJECTED', 'EXPIRED', 'WITHDRAWN'] as const;
export type ProposalStatus = (typeof PROPOSAL_STATUSES)[number];

export interface Proposal {
  readonly proposalId: string;
  readonly title: string;
  readonly body: string;
  /** One; several only where they were imported so, and are over. */
  readonly actions: readonly Action[];
  /** MSP id; it may have left since: what it proposed stays. Empty where it was imported and nobody told. */
  readonly proposer: string;
  readonly status: ProposalStatus;
  readonly openedAt: string;
  readonly closesAt: string;
  /** The rule of the moment it was opened: later changes leave it alone. */
  readonly policy: VotingPolicy;
  /** MSP ids of those who may vote: the members of that moment who are members still. Sorted. */
  readonly electorate: readonly string[];
  readonly tally: Tally;
  /** When it was approved, rejected or withdrawn. */
  readonly decidedAt?: string;
  readonly executedAt?: string;
  /** Why the last attempt to carry it out failed. */
  readonly failure?: string;
  /** Attempts to carry it out, the oldest first. */
  readonly attempts: readonly Attempt[];
  readonly imported?: true;
}

/** One attempt to carry a proposal out; `failure` is null where it did. */
export interface Attempt {
  readonly at: string;
  /** MSP id of whose transaction it was. */
  readonly by: string;
  readonly failure: string | null;
}

export interface Vote {
  readonly proposalId: string;
  /** MSP id. */
  readonly voter: string;
  readonly choice: Choice;
  readonly reason: string;
  /** Null where it was imported from where votes have no time. */
  readonly castAt: string | null;
  /** Since when it does not count: its voter is not a member any more. */
  readonly voidedAt?: string;
  readonly imported?: true;
}

/** Who does something, and when, as the transaction says. */
export interface Act {
  /** MSP id. */
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

/** A proposal with the votes that count. */
export interface Ballot {
  readonly proposal: Proposal;
  readonly votes: readonly Vote[];
}

/** What a count makes of a proposal. */
export interface Counted {
  readonly proposal: Proposal;
  readonly decision: 'OPEN' | 'APPROVED' | 'REJECTED';
}

export const MAX_TITLE_CHARACTERS = 200;
export const MAX_BODY_CHARACTERS = 10_000;
const MAX_REASON_CHARACTERS = 1_000;
/** Every open proposal is counted again when a member goes, so a member may have no more than this many open. */
export const MAX_OPEN_BY_MEMBER = 50;
const MAX_ATTEMPTS = 20;
const HOUR_MS = 3_600_000;

/** Opens a proposal; only who may vote may propose. */
export function open({ action, ...input }: NewProposal, { by, at }: Act): Proposal {
  requireText('title', input.title, 1, MAX_TITLE_CHARACTERS);
  requireText('body', input.body, 0, MAX_BODY_CHARACTERS);
  if (!input.electorate.includes(by)) throw new Error(`${by} is not a member of the network`);
  return {
    ...input,
    actions: [action],
    proposer: by,
    status: 'OPEN',
    openedAt: at,
    closesAt: new Date(Date.parse(at) + input.policy.durationHours * HOUR_MS).toISOString(),
    tally: tally(input.policy, input.electorate.length, []),
    attempts: [],
  };
}

/** Throws where a member has as many open proposals as it may. */
export function requireRoom(by: string, open: number): void {
  if (open >= MAX_OPEN_BY_MEMBER) {
    throw new Error(`${by} has ${open} open proposals, expected at most ${MAX_OPEN_BY_MEMBER}`);
  }
}

/** Adds a vote and counts. Refused: who may not vote, a second vote, a vote after the end. */
export function castVote({ proposal, votes }: Ballot, vote: Vote, at: string): Counted {
  requireOpen(proposal, at);
  requireText('reason', vote.reason, 0, MAX_REASON_CHARACTERS);
  if (!proposal.electorate.includes(vote.voter)) {
    throw new Error(
      `${vote.voter} has no vote on proposal ${proposal.proposalId}: ` +
        'it was not a member when the proposal was opened, or has not been one all the time since',
    );
  }
  const earlier = votes.find(({ voter }) => voter === vote.voter);
  if (earlier !== undefined) {
    throw new Error(
      `${vote.voter} has voted on proposal ${proposal.proposalId} already: ${earlier.choice} at ${String(earlier.castAt)}`,
    );
  }
  return count({ proposal, votes: [...votes, vote] }, at);
}

/** A member is gone: its vote is void and it counts among the members no more. Null where it had no say in this proposal. */
export function strike(
  { proposal, votes }: Ballot,
  mspId: string,
  at: string,
): { readonly ballot: Ballot; readonly voided: Vote | null } | null {
  if (!proposal.electorate.includes(mspId)) return null;
  const electorate = proposal.electorate.filter((member) => member !== mspId);
  const vote = votes.find(({ voter }) => voter === mspId);
  return {
    ballot: { proposal: { ...proposal, electorate }, votes: votes.filter(({ voter }) => voter !== mspId) },
    voided: vote === undefined ? null : { ...vote, voidedAt: at },
  };
}

/** Counts the votes: decided as soon as no further vote can change it. What is rejected ends here; what is approved is to be carried out. */
export function count({ proposal, votes }: Ballot, at: string): Counted {
  const choices = votes.map(({ choice }) => choice);
  const counted = { ...proposal, tally: tally(proposal.policy, proposal.electorate.length, choices) };
  const decision = decide(counted.tally);
  switch (decision) {
    case 'OPEN':
      return { proposal: counted, decision };
    case 'APPROVED':
      return { proposal: { ...counted, ...decidedHere(at) }, decision };
    case 'REJECTED':
      return { proposal: { ...counted, status: 'REJECTED', ...decidedHere(at) }, decision };
  }
}

/** What was brought in open is this network's own once it ends here. */
const decidedHere = (at: string): Pick<Proposal, 'decidedAt' | 'imported'> => ({ decidedAt: at, imported: undefined });

/** Notes an attempt to carry an approved proposal out. */
export function attempted(proposal: Proposal, { by, at }: Act, failure: string | null): Proposal {
  const attempts = [...proposal.attempts, { at, by, failure }];
  if (failure !== null) return { ...proposal, status: 'EXECUTION_FAILED', failure, attempts };
  return { ...proposal, status: 'EXECUTED', executedAt: at, failure: undefined, attempts };
}

/** Throws unless the proposal was approved and its actions failed, and were not tried too often. */
export function requireRetriable({ proposalId, status, attempts, imported }: Proposal): void {
  if (status !== 'EXECUTION_FAILED') {
    throw new Error(
      `Proposal ${proposalId} is ${status}, expected EXECUTION_FAILED: approval itself carries a proposal out`,
    );
  }
  if (imported)
    throw new Error(`Proposal ${proposalId} is history brought in from elsewhere: nothing of it is carried out`);
  if (attempts.length >= MAX_ATTEMPTS) {
    throw new Error(`Proposal ${proposalId} was tried ${attempts.length} times, expected at most ${MAX_ATTEMPTS}`);
  }
}

/** The proposer takes back what is not decided. */
export function withdraw(proposal: Proposal, { by, at }: Act): Proposal {
  requireOpen(proposal, at);
  if (proposal.proposer !== by) {
    throw new Error(`Proposal ${proposal.proposalId} is ${proposal.proposer}'s to withdraw, not ${by}'s`);
  }
  return { ...proposal, status: 'WITHDRAWN', ...decidedHere(at) };
}

/** The status at a time: an open proposal is expired once its time has passed; nothing is written for it. */
export function statusAt({ status, closesAt }: Proposal, at: string): ProposalStatus {
  return status === 'OPEN' && Date.parse(at) >= Date.parse(closesAt) ? 'EXPIRED' : status;
}

function requireOpen(proposal: Proposal, at: string): void {
  const status = statusAt(proposal, at);
  if (status === 'OPEN') return;
  const since = status === 'EXPIRED' ? proposal.closesAt : String(proposal.decidedAt);
  throw new Error(`Proposal ${proposal.proposalId} is not open: it is ${status} since ${since}`);
}
