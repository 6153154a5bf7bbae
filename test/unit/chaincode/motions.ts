import type { Action } from '../../../chaincode/consortium/action.js';
import type { Member } from '../../../chaincode/consortium/member.js';
import { open, type Ballot, type Vote } from '../../../chaincode/consortium/proposal.js';
import type { Choice } from '../../../chaincode/consortium/tally.js';
import { votingPolicy } from '../../../chaincode/consortium/votingPolicy.js';

export const AT = '2026-03-01T10:00:00.000Z';
export const LATER = '2026-03-01T11:00:00.000Z';
export const CLOSED = '2026-03-02T10:00:00.000Z';
export const MAJORITY = votingPolicy(50, 'GREATER_THAN', 24);
export const TEXT: Action = { kind: 'TEXT', text: 'Hello' };

export function membersNamed(...mspIds: readonly string[]): readonly Member[] {
  return mspIds.map((mspId) => ({ mspId, name: mspId, status: 'ACTIVE', joinedAt: AT, accounts: [] }));
}

export const THREE = membersNamed('HarvestMSP', 'MeridianMSP', 'NorthwindMSP');

/** A proposal that Harvest opened at `AT`, with votes as if they had been cast. */
export function ballot(
  proposalId: string,
  action: Action,
  votes: Readonly<Record<string, Choice>> = {},
  members: readonly Member[] = THREE,
): Ballot {
  const electorate = members.map(({ mspId }) => mspId);
  const [by] = electorate;
  const input = { proposalId, title: 'A title', body: '', action, policy: MAJORITY, electorate };
  return {
    proposal: open(input, { by: by ?? '', at: AT }),
    votes: Object.entries(votes).map(([voter, choice]) => voteOf(proposalId, voter, choice)),
  };
}

export function voteOf(proposalId: string, voter: string, choice: Choice): Vote {
  return { proposalId, voter, choice, reason: '', castAt: LATER };
}
