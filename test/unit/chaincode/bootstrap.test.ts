import { describe, expect, test } from '@jest/globals';
import { importNetwork, importPage } from '../../../chaincode/consortium/bootstrap.js';
import { AT, CLOSED, MAJORITY } from './motions.js';

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

describe('history in pages', () => {
  const { network } = importing({ complete: false });

  test('is brought in by who began, until it is complete', () => {
    expect(network.importing).toBe('HarvestMSP');
    const page = JSON.stringify({ votes: state.votes });
    expect(importPage(page, network, MAJORITY, act)).toMatchObject({ network: null, votes: [{ voter: 'OldMSP' }] });
    const last = importPage('{"complete":true}', network, MAJORITY, act).network;
    if (last === null) throw new Error('the network is unchanged');
    expect(last.importing).toBeUndefined();
    expect(() => importPage(page, last, MAJORITY, act)).toThrow('The history of n-ABC is complete');
    expect(() => importPage(page, network, MAJORITY, { by: 'OldMSP', at: AT })).toThrow(
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
    [{ proposals: [{ ...state.proposals[0], status: 'OPEN' }] }, 'Proposal "p-1" is OPEN: decide it where it is'],
    [{ proposals: [{ ...state.proposals[0], openedAt: 'then' }] }, 'openedAt is no instant: got "then"'],
    [
      { invitations: [{ ...state.invitations[0], status: 'PENDING' }] },
      'invitation.status is "PENDING", expected one of',
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
