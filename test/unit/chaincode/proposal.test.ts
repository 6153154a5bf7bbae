import { describe, expect, test } from '@jest/globals';
import { parseAction, type Action } from '../../../chaincode/consortium/action.js';
import { execute } from '../../../chaincode/consortium/execution.js';
import { found } from '../../../chaincode/consortium/founding.js';
import type { Member } from '../../../chaincode/consortium/member.js';
import {
  castVote,
  expire,
  open,
  statusAt,
  withdraw,
  type Proposal,
  type Vote,
} from '../../../chaincode/consortium/proposal.js';
import type { Choice } from '../../../chaincode/consortium/tally.js';
import { votingPolicy } from '../../../chaincode/consortium/votingPolicy.js';

const AT = '2026-03-01T10:00:00.000Z';
const LATER = '2026-03-01T11:00:00.000Z';
const CLOSED = '2026-03-02T10:00:00.000Z';
const members: readonly Member[] = ['HarvestMSP', 'MeridianMSP', 'NorthwindMSP'].map((mspId) => ({
  mspId,
  name: mspId,
  status: 'ACTIVE',
  joinedAt: AT,
}));
const electorate = members.map(({ mspId }) => mspId);
const policy = votingPolicy(50, 'GREATER_THAN', 24);

function opened(action: Action = { kind: 'TEXT', text: 'Hello' }): Proposal {
  const input = { proposalId: 'p1', title: 'A title', body: '', action, policy, electorate };
  return open(input, { by: 'HarvestMSP', at: AT });
}

function voteOf(voter: string, choice: Choice, castAt = LATER): Vote {
  return { proposalId: 'p1', voter, choice, reason: '', castAt };
}

function approved(action: Action): Proposal {
  const first = voteOf('HarvestMSP', 'YES');
  return castVote(castVote(opened(action), [], first), [first], voteOf('MeridianMSP', 'YES'));
}

describe('a proposal', () => {
  test('closes after the policy it was opened under', () => {
    expect(opened()).toMatchObject({ status: 'OPEN', closesAt: CLOSED, tally: { eligible: 3, outstanding: 3 } });
  });

  test('is opened by members only', () => {
    const input = { proposalId: 'p1', title: 'A title', body: '', action: opened().action, policy, electorate };
    expect(() => open(input, { by: 'StrangerMSP', at: AT })).toThrow('StrangerMSP is not an active member');
  });

  test('takes one vote a member, and none from others', () => {
    const first = voteOf('HarvestMSP', 'NO');
    const after = castVote(opened(), [], first);
    expect(() => castVote(after, [first], first)).toThrow('HarvestMSP has voted on proposal p1 already');
    expect(() => castVote(after, [first], voteOf('StrangerMSP', 'YES'))).toThrow(
      'StrangerMSP has no vote on proposal p1',
    );
  });

  test('takes no vote once it is decided or its time has passed', () => {
    const decided = approved({ kind: 'TEXT', text: 'Hello' });
    expect(decided).toMatchObject({ status: 'APPROVED', decidedAt: LATER });
    expect(() => castVote(decided, [], voteOf('NorthwindMSP', 'NO'))).toThrow('not open: it is APPROVED');
    expect(() => castVote(opened(), [], voteOf('NorthwindMSP', 'NO', CLOSED))).toThrow('not open: it is EXPIRED');
  });

  test('expires at its closing time, not before', () => {
    expect(statusAt(opened(), '2026-03-02T09:59:59.999Z')).toBe('OPEN');
    expect(statusAt(opened(), CLOSED)).toBe('EXPIRED');
    expect(expire(opened(), CLOSED)).toMatchObject({ status: 'EXPIRED', decidedAt: CLOSED });
    expect(() => expire(opened(), LATER)).toThrow(`Proposal p1 is OPEN and open until ${CLOSED}`);
  });

  test('is withdrawn by its proposer only', () => {
    expect(withdraw(opened(), { by: 'HarvestMSP', at: LATER })).toMatchObject({ status: 'WITHDRAWN' });
    expect(() => withdraw(opened(), { by: 'MeridianMSP', at: LATER })).toThrow("HarvestMSP's to withdraw");
  });
});

describe('execution', () => {
  const act = { by: 'NorthwindMSP', at: CLOSED };

  test('invites', () => {
    const principal = 'ab'.repeat(32);
    const { proposal, invitation } = execute(
      approved({ kind: 'INVITE_MEMBER', name: 'Roastery', principal }),
      members,
      act,
    );
    expect(proposal).toMatchObject({ status: 'EXECUTED', executedAt: CLOSED });
    expect(invitation).toMatchObject({
      name: 'Roastery',
      principal,
      status: 'PENDING',
      expiresAt: '2026-04-01T10:00:00.000Z',
    });
  });

  test('removes a member, and fails where it is none or the last', () => {
    const removal = approved({ kind: 'REMOVE_MEMBER', mspId: 'MeridianMSP' });
    expect(execute(removal, members, act).member).toMatchObject({ mspId: 'MeridianMSP', status: 'REMOVED' });
    const without = members.filter(({ mspId }) => mspId !== 'MeridianMSP');
    expect(execute(removal, without, act).proposal).toMatchObject({
      status: 'EXECUTION_FAILED',
      failure: 'MeridianMSP is not an active member',
    });
    const last = members.filter(({ mspId }) => mspId === 'MeridianMSP');
    expect(execute(removal, last, { by: 'MeridianMSP', at: CLOSED }).proposal.failure).toBe(
      'MeridianMSP is the last member',
    );
  });

  test('changes the policy', () => {
    const change: Action = { kind: 'CHANGE_VOTING_POLICY', ...votingPolicy(66, 'GREATER_THAN_OR_EQUAL_TO', 48) };
    expect(execute(approved(change), members, act).policy).toEqual(votingPolicy(66, 'GREATER_THAN_OR_EQUAL_TO', 48));
  });

  test('is for members, once, and for what is approved', () => {
    const text = approved({ kind: 'TEXT', text: 'Hello' });
    expect(() => execute(text, members, { by: 'StrangerMSP', at: CLOSED })).toThrow(
      'StrangerMSP is not an active member',
    );
    expect(() => execute(execute(text, members, act).proposal, members, act)).toThrow('is EXECUTED, not APPROVED');
    expect(() => execute(opened(), members, act)).toThrow('is OPEN, not APPROVED');
  });
});

test('actions are read from JSON and checked', () => {
  expect(parseAction('{"kind":"TEXT","text":"Hello","more":1}')).toEqual({ kind: 'TEXT', text: 'Hello' });
  expect(() => parseAction('{"kind":"DANCE"}')).toThrow('action.kind is none of');
  expect(() => parseAction('{"kind":"INVITE_MEMBER","name":"Roastery","principal":"me"}')).toThrow(
    'principal is neither',
  );
  expect(() => parseAction('{"kind":"REMOVE_MEMBER"}')).toThrow('action.mspId is not a string');
});

test('a network is founded by one of its members, each named once', () => {
  const input = { networkId: 'harbour', name: 'Harbour Trade', description: '' };
  const two = JSON.stringify([
    { mspId: 'HarvestMSP', name: 'Harvest' },
    { mspId: 'MeridianMSP', name: 'Meridian' },
  ]);
  const founded = found({ ...input, members: two }, { by: 'HarvestMSP', at: AT });
  expect(founded.members.map(({ mspId, status }) => [mspId, status])).toEqual([
    ['HarvestMSP', 'ACTIVE'],
    ['MeridianMSP', 'ACTIVE'],
  ]);
  expect(() => found({ ...input, members: two }, { by: 'NorthwindMSP', at: AT })).toThrow('not among the members');
  const twice = JSON.stringify([
    { mspId: 'HarvestMSP', name: 'A' },
    { mspId: 'HarvestMSP', name: 'B' },
  ]);
  expect(() => found({ ...input, members: twice }, { by: 'HarvestMSP', at: AT })).toThrow('members names one twice');
});
