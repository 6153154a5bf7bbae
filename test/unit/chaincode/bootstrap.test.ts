import { describe, expect, test } from '@jest/globals';
import { importNetwork, importPage } from '../../../chaincode/consortium/bootstrap.js';
import type { Network } from '../../../chaincode/consortium/member.js';
import { castVote, withdraw } from '../../../chaincode/consortium/proposal.js';
import { AT, CLOSED, LATER, MAJORITY, membersNamed, voteOf } from './motions.js';

const act = { by: 'HarvestMSP', at: AT };
const state = {
  version: 1,
  source: 'Amazon Managed Blockchain n-ABC',
  network: { networkId: 'n-ABC', name: 'Harbour' },
  votingPolicy: MAJORITY,
  members: [
    { mspId: 'HarvestMSP', name: 'Harvest', nativeId: 'm-1', joinedAt: '2025-01-01T00:00:00Z' },
    { mspId: 'OldMSP', name: 'Old', status: 'REMOVED' },
  ],
  proposals: [
    {
      proposalId: 'p-1',
      title: 'Invite and remove',
      actions: [
        { kind: 'INVITE_MEMBER', principal: '123456789012' },
        { kind: 'REMOVE_MEMBER', mspId: 'OldMSP' },
      ],
      proposer: 'HarvestMSP',
      status: 'EXECUTED',
      openedAt: AT,
      closesAt: CLOSED,
      yes: 2,
      outstanding: 1,
    },
  ],
  votes: [{ proposalId: 'p-1', voter: 'OldMSP', choice: 'YES' }],
  invitations: [
    { invitationId: 'in-1', principal: '123456789012', status: 'EXPIRED', createdAt: AT, expiresAt: CLOSED },
  ],
};
const before = (network: Network) => ({ network, policy: MAJORITY, members: membersNamed('HarvestMSP') });
const OPEN = {
  ...{ proposalId: 'p-2', title: 'Remove', actions: [{ kind: 'REMOVE_MEMBER', mspId: 'BMSP' }], proposer: 'AMSP' },
  ...{ status: 'OPEN', openedAt: AT, closesAt: CLOSED, yes: 1, outstanding: 2 },
};
const THREE = ['HarvestMSP', 'BMSP', 'AMSP'].map((mspId) => ({ mspId, name: mspId }));
const goingOn = (change: Readonly<Record<string, unknown>>, more: Readonly<Record<string, unknown>> = {}) => ({
  ...{ members: THREE, invitations: [], votes: [{ proposalId: 'p-2', voter: 'AMSP', choice: 'YES' }] },
  ...{ proposals: [{ ...OPEN, ...change }], ...more },
});
const FINGERPRINT = 'ab'.repeat(32);
const WAITING = { invitationId: 'in-2', principal: FINGERPRINT, status: 'PENDING', createdAt: AT, expiresAt: CLOSED };
const importing = (change: Readonly<Record<string, unknown>>) =>
  importNetwork(JSON.stringify({ ...state, ...change }), act);

test('a network moves in with its own ids, all marked as imported', () => {
  const founded = importing({});
  expect(founded.network).toMatchObject({ networkId: 'n-ABC', source: state.source, imported: true });
  expect(founded.network.importing).toBeUndefined();
  expect(founded.members).toMatchObject([
    { mspId: 'HarvestMSP', status: 'ACTIVE', nativeId: 'm-1', joinedAt: '2025-01-01T00:00:00.000Z', imported: true },
    { mspId: 'OldMSP', status: 'REMOVED', removedAt: AT, imported: true },
  ]);
  expect(founded.proposals).toMatchObject([
    { proposalId: 'p-1', tally: { eligible: 3, yes: 2, outstanding: 1, satisfied: true }, imported: true },
  ]);
  expect(founded.votes).toMatchObject([{ voter: 'OldMSP', castAt: null, imported: true }]);
  expect(founded.invitations).toMatchObject([{ invitationId: 'in-1', status: 'EXPIRED', imported: true }]);
});

describe('what is not over goes on', () => {
  test('an open proposal among the active members, with the votes that it has', () => {
    const { proposals, votes } = importing(goingOn({}));
    const [proposal] = proposals;
    if (proposal === undefined) throw new Error('nothing was brought in');
    expect(proposal).toMatchObject({
      ...{ status: 'OPEN', imported: true, electorate: ['AMSP', 'BMSP', 'HarvestMSP'] },
      tally: { eligible: 3, yes: 1, outstanding: 2, satisfied: false },
    });
    const decided = castVote({ proposal, votes }, voteOf('p-2', 'HarvestMSP', 'YES'), LATER);
    expect(decided).toMatchObject({ decision: 'APPROVED', proposal: { tally: { yes: 2 } } });
    // From then on it is this network's own: it leaves the index of what is open.
    expect(decided.proposal.imported).toBeUndefined();
    expect(withdraw(proposal, { by: 'AMSP', at: LATER }).imported).toBeUndefined();
  });

  test('an invitation that names who can answer it', () => {
    const { invitations } = importing({ invitations: [WAITING] });
    expect(invitations).toMatchObject([{ status: 'PENDING', principal: FINGERPRINT, imported: true }]);
  });
});

describe('history in pages', () => {
  const { network } = importing({ complete: false });

  test('is brought in by who began, until it is complete', () => {
    expect(network.importing).toBe('HarvestMSP');
    const page = JSON.stringify({ votes: state.votes });
    expect(importPage(page, before(network), act)).toMatchObject({ network: null, votes: [{ voter: 'OldMSP' }] });
    const last = importPage('{"complete":true}', before(network), act).network;
    if (last === null) throw new Error('the network is unchanged');
    expect(last.importing).toBeUndefined();
    expect(() => importPage(page, before(last), act)).toThrow('The history of n-ABC is complete');
    expect(() => importPage(page, before(network), { by: 'OldMSP', at: AT })).toThrow(
      'The history of n-ABC is brought in by HarvestMSP, not by OldMSP',
    );
  });
});

describe('an import is refused', () => {
  test.each<[Readonly<Record<string, unknown>>, string]>([
    [{ version: 2 }, 'state.version is 2, expected a whole number from 1 to 1'],
    [{ extra: 1 }, 'state has "extra", expected only version'],
    [{ members: [{ mspId: 'OldMSP', name: 'Old' }] }, 'The founder HarvestMSP is not among the members'],
    [{ members: [state.members[0], state.members[0]] }, 'members names one twice: HarvestMSP'],
    [
      { votes: [...state.votes, { ...state.votes[0], voter: 'A' }, { ...state.votes[0], voter: 'B' }] },
      'Proposal p-1 counts 2 YES and 0 NO, but 3 and 0',
    ],
    [goingOn({ closesAt: AT }), `Proposal p-2 is OPEN until ${AT}, which has passed: expected EXPIRED`],
    [goingOn({ yes: 2, outstanding: 1 }), 'Open proposal p-2 counts 2 YES, 0 NO, 1 outstanding, but its votes'],
    [
      goingOn(
        { yes: 2, outstanding: 1 },
        { votes: ['AMSP', 'BMSP'].map((voter) => ({ proposalId: 'p-2', voter, choice: 'YES' })) },
      ),
      'The votes on proposal p-2 decide it',
    ],
    [
      goingOn({}, { votes: [{ proposalId: 'p-2', voter: 'OldMSP', choice: 'YES' }] }),
      'OldMSP has no vote on the open proposal p-2',
    ],
    [goingOn({ actions: [] }), 'Open proposal p-2 has 0 actions, expected one'],
    [
      goingOn({ actions: [{ kind: 'INVITE_MEMBER', principal: '123456789012' }] }),
      'The principal of open proposal p-2 is "123456789012", expected the SHA-256',
    ],
    [
      { invitations: [{ ...WAITING, principal: '123456789012' }] },
      'The principal of invitation in-2 is "123456789012"',
    ],
    [{ invitations: [{ ...WAITING, expiresAt: AT }] }, `Invitation in-2 is PENDING until ${AT}, which has passed`],
    [
      { invitations: [WAITING, { ...WAITING, invitationId: 'in-3' }] },
      `invitations that wait names one twice: ${FINGERPRINT}`,
    ],
    [
      {
        ...goingOn({}),
        votes: [],
        proposals: Array.from({ length: 51 }, (_, at) => ({ ...OPEN, proposalId: `p-${at}`, yes: 0, outstanding: 3 })),
      },
      'AMSP has 50 open proposals, expected at most 50',
    ],
    [{ proposals: [{ ...state.proposals[0], openedAt: 'then' }] }, 'openedAt is no instant: got "then"'],
    [
      { invitations: [{ ...state.invitations[0], status: 'ACCEPTING' }] },
      'invitation.status is "ACCEPTING", expected one of',
    ],
    [{ votes: [{ ...state.votes[0], choice: 'MAYBE' }] }, 'vote.choice is "MAYBE", expected one of YES, NO, ABSTAIN'],
    [{ votes: [state.votes[0], state.votes[0]] }, 'votes names one twice: p-1/OldMSP'],
    [{ votes: Array(1_001).fill(state.votes[0]) }, 'state.votes is a list of 1001, expected at most 1000'],
  ])('%#', (change, message) => {
    expect(() => importing(change)).toThrow(message);
  });

  test('of a page beyond half a megabyte', () => {
    expect(() => importing({ source: 'x'.repeat(500_001) })).toThrow(
      /^state has \d+ characters, expected 2 to 500000$/,
    );
  });
});
