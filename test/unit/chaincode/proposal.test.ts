import { describe, expect, test } from '@jest/globals';
import { parseAction } from '../../../chaincode/consortium/action.js';
import { found } from '../../../chaincode/consortium/founding.js';
import { requireMember } from '../../../chaincode/consortium/member.js';
import {
  attempted,
  castVote,
  open,
  requireRetriable,
  requireRoom,
  statusAt,
  strike,
  withdraw,
} from '../../../chaincode/consortium/proposal.js';
import { AT, ballot, CLOSED, LATER, MAJORITY, membersNamed, TEXT, THREE, voteOf } from './motions.js';

const electorate = THREE.map(({ mspId }) => mspId);

describe('a proposal', () => {
  test('closes after the policy it was opened under', () => {
    expect(ballot('p1', TEXT).proposal).toMatchObject({
      status: 'OPEN',
      closesAt: CLOSED,
      tally: { eligible: 3, outstanding: 3 },
    });
  });

  const input = { proposalId: 'p1', title: 'A title', body: '', action: TEXT, policy: MAJORITY, electorate };

  test('is opened by members only', () => {
    expect(() => open(input, { by: 'StrangerMSP', at: AT })).toThrow('StrangerMSP is not a member of the network');
  });

  test.each([
    ['title', 'x'.repeat(1_048_576), 'title has 1048576 characters, expected 1 to 200'],
    ['title', '', 'title has 0 characters, expected 1 to 200'],
    ['body', 'x'.repeat(10_001), 'body has 10001 characters, expected 0 to 10000'],
  ])('is refused with a %s of the wrong size', (field, value, message) => {
    expect(() => open({ ...input, [field]: value }, { by: 'HarvestMSP', at: AT })).toThrow(message);
  });

  test('is one of at most fifty that a member has open', () => {
    expect(() => requireRoom('HarvestMSP', 49)).not.toThrow();
    expect(() => requireRoom('HarvestMSP', 50)).toThrow('HarvestMSP has 50 open proposals, expected at most 50');
  });

  test('takes one vote a member, and none from others', () => {
    const cast = ballot('p1', TEXT, { HarvestMSP: 'NO' });
    expect(() => castVote(cast, voteOf('p1', 'HarvestMSP', 'YES'), LATER)).toThrow(
      `HarvestMSP has voted on proposal p1 already: NO at ${LATER}`,
    );
    expect(() => castVote(cast, voteOf('p1', 'StrangerMSP', 'YES'), LATER)).toThrow(
      'StrangerMSP has no vote on proposal p1: it was not a member when the proposal was opened',
    );
    const long = { ...voteOf('p1', 'MeridianMSP', 'NO'), reason: 'x'.repeat(1_001) };
    expect(() => castVote(cast, long, LATER)).toThrow('reason has 1001 characters, expected 0 to 1000');
  });

  test('takes no vote of who was removed, though it may be a member again', () => {
    const struck = strike(ballot('p1', TEXT, { MeridianMSP: 'YES' }), 'MeridianMSP', LATER);
    expect(struck?.voided).toMatchObject({ voter: 'MeridianMSP', voidedAt: LATER });
    if (struck === null) throw new Error('nothing was struck');
    expect(() => castVote(struck.ballot, voteOf('p1', 'MeridianMSP', 'YES'), LATER)).toThrow(
      'MeridianMSP has no vote on proposal p1',
    );
    const [member] = membersNamed('MeridianMSP');
    if (member === undefined) throw new Error('no member');
    expect(() => requireMember('MeridianMSP', { ...member, status: 'REMOVED', removedAt: LATER })).toThrow(
      `MeridianMSP is not a member of the network any more, since ${LATER}`,
    );
    expect(() => requireMember('StrangerMSP', null)).toThrow('StrangerMSP is not a member of the network');
  });

  test('takes no vote once it is decided or its time has passed', () => {
    const rejected = castVote(ballot('p1', TEXT, { HarvestMSP: 'NO' }), voteOf('p1', 'MeridianMSP', 'NO'), LATER);
    expect(rejected).toMatchObject({ decision: 'REJECTED', proposal: { status: 'REJECTED', decidedAt: LATER } });
    const late = voteOf('p1', 'NorthwindMSP', 'YES');
    expect(() => castVote({ proposal: rejected.proposal, votes: [] }, late, LATER)).toThrow(
      `Proposal p1 is not open: it is REJECTED since ${LATER}`,
    );
    expect(() => castVote(ballot('p1', TEXT), late, CLOSED)).toThrow(
      `Proposal p1 is not open: it is EXPIRED since ${CLOSED}`,
    );
  });

  test('expires at its closing time, not before', () => {
    expect(statusAt(ballot('p1', TEXT).proposal, '2026-03-02T09:59:59.999Z')).toBe('OPEN');
    expect(statusAt(ballot('p1', TEXT).proposal, CLOSED)).toBe('EXPIRED');
  });

  test('is withdrawn by its proposer only', () => {
    const { proposal } = ballot('p1', TEXT);
    expect(withdraw(proposal, { by: 'HarvestMSP', at: LATER })).toMatchObject({ status: 'WITHDRAWN' });
    expect(() => withdraw(proposal, { by: 'MeridianMSP', at: LATER })).toThrow(
      "Proposal p1 is HarvestMSP's to withdraw, not MeridianMSP's",
    );
  });

  test('is tried again only after it failed, and not for ever', () => {
    const act = { by: 'HarvestMSP', at: LATER };
    let { proposal } = ballot('p1', TEXT);
    expect(() => requireRetriable(proposal)).toThrow('Proposal p1 is OPEN, expected EXECUTION_FAILED');
    for (let tries = 0; tries < 20; tries += 1) proposal = attempted(proposal, act, 'no room');
    expect(proposal).toMatchObject({ status: 'EXECUTION_FAILED', failure: 'no room' });
    expect(() => requireRetriable(proposal)).toThrow('Proposal p1 was tried 20 times, expected at most 20');
    expect(attempted(proposal, act, null).failure).toBeUndefined();
  });
});

describe('an action', () => {
  test.each([
    ['{"kind":"TEXT","text":"Hello"}', { kind: 'TEXT', text: 'Hello' }],
    [
      `{"kind":"INVITE_MEMBER","name":"Roastery","principal":"${'AB:'.repeat(31)}AB"}`,
      { kind: 'INVITE_MEMBER', name: 'Roastery', principal: 'ab'.repeat(32) },
    ],
  ])('is read from JSON: %s', (json, action) => {
    expect(parseAction(json)).toEqual(action);
  });

  test.each([
    ['{"kind":"DANCE"}', 'action.kind is "DANCE", expected one of INVITE_MEMBER'],
    ['{"kind":"TEXT","text":"Hello","more":1}', 'action has "more", expected only kind, text'],
    ['{"kind":"INVITE_MEMBER","name":"Roastery","principal":"me"}', 'action.principal is "me", expected the SHA-256'],
    ['{"kind":"REMOVE_MEMBER"}', 'action.mspId is absent, expected a string'],
    ['{"kind":"REMOVE_MEMBER","mspId":"a/b"}', 'action.mspId is not an id: got "a/b"'],
    ['{"kind":', 'action is not JSON: got "{\\"kind\\":"'],
    ['[]', 'action is a list of 0, expected a JSON object'],
    ['x'.repeat(1_048_576), 'action has 1048576 characters, expected 2 to 65000'],
    [
      '{"kind":"CHANGE_VOTING_POLICY","threshold":50,"comparator":"GREATER_THAN","durationHours":169}',
      'action.durationHours is 169, expected a whole number from 1 to 168',
    ],
  ])('is refused: %#', (json, message) => {
    expect(() => parseAction(json)).toThrow(message);
  });
});

test('a network is founded by one of its members, each named once', () => {
  const input = { networkId: 'harbour', name: 'Harbour Trade', description: '', policy: MAJORITY };
  const named = (...mspIds: readonly string[]) => JSON.stringify(mspIds.map((mspId) => ({ mspId, name: mspId })));
  const two = named('HarvestMSP', 'MeridianMSP');
  const founded = found({ ...input, members: two }, { by: 'HarvestMSP', at: AT });
  expect(founded.members.map(({ mspId, status }) => [mspId, status])).toEqual([
    ['HarvestMSP', 'ACTIVE'],
    ['MeridianMSP', 'ACTIVE'],
  ]);
  expect(() => found({ ...input, members: two }, { by: 'NorthwindMSP', at: AT })).toThrow('not among the members');
  const twice = named('HarvestMSP', 'HarvestMSP');
  expect(() => found({ ...input, members: twice }, { by: 'HarvestMSP', at: AT })).toThrow(
    'members names one twice: HarvestMSP',
  );
});
