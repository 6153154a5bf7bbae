import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Action } from '../../../chaincode/consortium/action.js';
import { castVote, count, type Ballot, type Proposal } from '../../../chaincode/consortium/proposal.js';
import { Sitting } from '../../../chaincode/consortium/sitting.js';
import { CHOICES, type Choice } from '../../../chaincode/consortium/tally.js';
import { votingPolicy } from '../../../chaincode/consortium/votingPolicy.js';
import { ballot, LATER, membersNamed, TEXT, THREE, voteOf } from './motions.js';

const act = { by: 'NorthwindMSP', at: LATER };
const remove = (mspId: string): Action => ({ kind: 'REMOVE_MEMBER', mspId });
const INVITE: Action = { kind: 'INVITE_MEMBER', name: 'Roastery', principal: 'ab'.repeat(32) };

/** The proposal that Harvest's and Meridian's votes approve. */
function approved(action: Action, proposalId = 'p1'): Proposal {
  const { proposal, decision } = castVote(
    ballot(proposalId, action, { HarvestMSP: 'YES' }),
    voteOf(proposalId, 'MeridianMSP', 'YES'),
    LATER,
  );
  expect(decision).toBe('APPROVED');
  return proposal;
}

function carriedOut(proposal: Proposal, open: readonly Ballot[] = [], members = THREE) {
  const sitting = new Sitting({ members, open, invitations: [] }, act);
  sitting.carryOut(proposal);
  return sitting.changes();
}

describe('an approved proposal', () => {
  test('invites, for a week', () => {
    expect(carriedOut(approved(INVITE))).toMatchObject({
      proposals: [{ status: 'EXECUTED', executedAt: LATER, attempts: [{ by: 'NorthwindMSP', failure: null }] }],
      invitations: [
        {
          invitationId: 'p1',
          principal: 'ab'.repeat(32),
          status: 'PENDING',
          expiresAt: '2026-03-08T11:00:00.000Z',
        },
      ],
    });
  });

  test('does not invite who waits already, nor beyond what a network holds', () => {
    const [invitation] = carriedOut(approved(INVITE)).invitations;
    if (invitation === undefined) throw new Error('nobody was invited');
    const sitting = new Sitting({ members: THREE, open: [], invitations: [invitation] }, act);
    sitting.carryOut(approved(INVITE, 'p2'));
    expect(sitting.changes()).toMatchObject({
      proposals: [{ status: 'EXECUTION_FAILED', failure: expect.stringContaining('has an invitation already: p1') }],
      invitations: [],
    });
    const full = membersNamed(...Array.from({ length: 100 }, (_, index) => `Org${index}MSP`));
    expect(carriedOut(approved(INVITE), [], full).proposals).toMatchObject([
      { failure: 'The network has 100 members, expected at most 100' },
    ]);
  });

  test('changes the policy', () => {
    const policy = votingPolicy(66, 'GREATER_THAN_OR_EQUAL_TO', 48);
    expect(carriedOut(approved({ kind: 'CHANGE_VOTING_POLICY', ...policy })).votingPolicy).toEqual(policy);
  });

  test('removes a member, and fails where it is none or the last', () => {
    expect(carriedOut(approved(remove('MeridianMSP'))).members).toMatchObject([
      { mspId: 'MeridianMSP', status: 'REMOVED', removedAt: LATER, departure: 'VOTED_OUT', removedBy: 'p1' },
    ]);
    const failure = (members: typeof THREE) =>
      carriedOut(approved(remove('MeridianMSP')), [], members).proposals[0]?.failure;
    expect(failure(membersNamed('HarvestMSP'))).toBe('MeridianMSP is not a member of the network');
    expect(failure(membersNamed('MeridianMSP'))).toBe('MeridianMSP is the last member of the network');
  });
});

describe('a departure', () => {
  test('voids votes and counts what is open again', () => {
    const open = [ballot('q1', TEXT, { MeridianMSP: 'NO' })];
    const { votes, proposals } = carriedOut(approved(remove('MeridianMSP')), open);
    expect(votes).toEqual([{ ...voteOf('q1', 'MeridianMSP', 'NO'), voidedAt: LATER }]);
    expect(proposals.find(({ proposalId }) => proposalId === 'q1')).toMatchObject({
      status: 'OPEN',
      electorate: ['HarvestMSP', 'NorthwindMSP'],
      tally: { eligible: 2, no: 0, outstanding: 2, stillReachable: true },
    });
  });

  test('may decide what is open, either way', () => {
    const open = [
      ballot('q1', TEXT, { HarvestMSP: 'YES' }, membersNamed('HarvestMSP', 'MeridianMSP')),
      ballot('q2', TEXT, { HarvestMSP: 'NO' }),
      ballot('q3', TEXT, { MeridianMSP: 'YES' }, membersNamed('MeridianMSP')),
    ];
    const { proposals } = carriedOut(approved(remove('MeridianMSP')), open);
    const statuses = Object.fromEntries(proposals.map(({ proposalId, status }) => [proposalId, status]));
    expect(statuses).toEqual({ p1: 'EXECUTED', q1: 'EXECUTED', q2: 'REJECTED', q3: 'REJECTED' });
  });

  test('may lead to further departures, each of which voids votes everywhere before anything is counted', () => {
    const open = [
      ballot('q1', remove('NorthwindMSP'), { HarvestMSP: 'YES' }, membersNamed('HarvestMSP', 'MeridianMSP')),
      ballot('q2', remove('HarvestMSP'), { NorthwindMSP: 'YES', HarvestMSP: 'NO' }),
    ];
    const { members, proposals, votes } = carriedOut(approved(remove('MeridianMSP')), open);
    expect(members.map(({ mspId }) => mspId)).toEqual(['MeridianMSP', 'NorthwindMSP']);
    const final = Object.fromEntries(proposals.map((proposal) => [proposal.proposalId, proposal]));
    expect(final['q1']).toMatchObject({ status: 'EXECUTED' });
    // Northwind's yes is void too, so Harvest alone has refused.
    expect(final['q2']).toMatchObject({ status: 'REJECTED', electorate: ['HarvestMSP'] });
    expect(votes).toMatchObject([{ proposalId: 'q2', voter: 'NorthwindMSP', voidedAt: LATER }]);
  });

  test('by itself leaves what it proposed', () => {
    const sitting = new Sitting({ members: THREE, open: [ballot('q1', TEXT)], invitations: [] }, act);
    sitting.depart('HarvestMSP', 'LEFT');
    expect(sitting.changes()).toMatchObject({
      members: [{ mspId: 'HarvestMSP', status: 'REMOVED', departure: 'LEFT' }],
      proposals: [{ proposer: 'HarvestMSP', status: 'OPEN', tally: { eligible: 2 } }],
    });
  });
});

describe('counting', () => {
  const names = Array.from({ length: 12 }, (_, index) => `Org${String(index).padStart(2, '0')}MSP`);
  const policies = fc
    .record({ threshold: fc.integer({ min: 0, max: 99 }), strict: fc.boolean() })
    .map(({ threshold, strict }) => votingPolicy(threshold, strict ? 'GREATER_THAN' : 'GREATER_THAN_OR_EQUAL_TO', 24));
  const cast = fc.uniqueArray(fc.tuple(fc.constantFrom(...names), fc.constantFrom<Choice>(...CHOICES)), {
    selector: ([voter]) => voter,
  });

  test('does not depend on the order of votes', () => {
    fc.assert(
      fc.property(policies, cast, fc.infiniteStream(fc.nat()), (policy, votes, keys) => {
        const counted = (order: readonly (readonly [string, Choice])[]) => {
          const base = ballot('p1', TEXT, Object.fromEntries(order), membersNamed(...names));
          return count({ ...base, proposal: { ...base.proposal, policy } }, LATER);
        };
        const shuffled = votes
          .map((vote) => ({ vote, key: keys.next().value }))
          .sort((a, b) => a.key - b.key)
          .map(({ vote }) => vote);
        expect(counted(shuffled)).toEqual(counted(votes));
      }),
    );
  });

  test('after departures is the count of those who are left, in whatever order they went', () => {
    const gone = fc.uniqueArray(fc.constantFrom(...names), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(policies, cast, gone, (policy, votes, leaving) => {
        const everybody = membersNamed(...names);
        const base = ballot('p1', TEXT, Object.fromEntries(votes), everybody);
        const start: Ballot = { ...base, proposal: { ...base.proposal, policy } };
        fc.pre(count(start, LATER).decision === 'OPEN');
        const sitting = new Sitting({ members: everybody, open: [start], invitations: [] }, act);
        leaving.forEach((mspId) => sitting.depart(mspId, 'LEFT'));
        const after = sitting.changes().proposals[0];
        // A decision on the way stands; while there is none, the count is that of a proposal that never knew those who left.
        if (after?.status !== 'OPEN') {
          expect(['EXECUTED', 'REJECTED']).toContain(after?.status);
          return;
        }
        const left = names.filter((name) => !leaving.includes(name));
        const fresh = ballot('p1', TEXT, Object.fromEntries(votes.filter(([voter]) => left.includes(voter))));
        const proposal = { ...fresh.proposal, policy, electorate: left };
        expect(after.tally).toEqual(count({ ...fresh, proposal }, LATER).proposal.tally);
      }),
    );
  });
});
