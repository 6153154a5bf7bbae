import { describe, expect, test } from '@jest/globals';
import {
  exportJsonSchema,
  exportNetwork,
  exportText,
  notTold,
  readExport,
  type AmbSnapshot,
} from '../../../../src/governance/amb/index.js';
import { exportDigest } from '../../../../src/governance/amb/exportFile.js';
import type { NetworkExport } from '../../../../src/model/networkExport.js';

// On the shapes that AWS documents, moments as its SDK gives them.

const AT = new Date('2026-03-01T12:00:00.000Z');
const UNTIL = new Date('2026-03-02T12:00:00.000Z');
const proposal = (id: string, facts: object = {}) => ({
  ...{ ProposalId: `p-${id}`, NetworkId: 'n-N', ProposedByMemberId: 'm-A', ProposedByMemberName: 'harvest' },
  ...{ Description: 'Invite Atlas\nSoon.', Status: 'APPROVED' as const, CreationDate: AT, ExpirationDate: UNTIL },
  ...{
    YesVoteCount: 2,
    NoVoteCount: 0,
    OutstandingVoteCount: 1,
    Actions: { Invitations: [{ Principal: '123456789012' }] },
  },
  ...facts,
});
const vote = (MemberId: string, Vote: 'YES' | 'NO', MemberName = MemberId) => ({ MemberId, MemberName, Vote });
const snapshot: AmbSnapshot = {
  network: {
    ...{ Id: 'n-N', Name: 'Harbour', Framework: 'HYPERLEDGER_FABRIC', FrameworkVersion: '2.2', Status: 'AVAILABLE' },
    ...{ CreationDate: AT, Tags: { owner: 'nobody' }, Arn: 'arn:aws:managedblockchain:us-east-1::networks/n-N' },
    VotingPolicy: {
      ApprovalThresholdPolicy: {
        ThresholdPercentage: 50,
        ProposalDurationInHours: 24,
        ThresholdComparator: 'GREATER_THAN',
      },
    },
  },
  members: [
    { Id: 'm-C', Name: 'northwind', Status: 'CREATE_FAILED', CreationDate: AT },
    { Id: 'm-B', Name: 'meridian', Status: 'DELETED', CreationDate: AT },
    {
      ...{
        Id: 'm-A',
        Name: 'harvest',
        Status: 'AVAILABLE',
        CreationDate: AT,
        IsOwned: true,
        KmsKeyArn: 'arn:aws:kms:x',
      },
      FrameworkAttributes: { Fabric: { AdminUsername: 'admin', CaEndpoint: 'ca.m-a:30002' } },
    },
  ],
  nodes: [{ NetworkId: 'n-N', MemberId: 'm-A', Id: 'nd-1', Status: 'AVAILABLE', InstanceType: 'bc.t3.small' }],
  proposals: [
    { proposal: proposal('2', { Status: 'ACTION_FAILED' }), votes: [vote('m-A', 'YES')] },
    { proposal: proposal('1'), votes: [vote('m-GONE', 'YES', 'atlas'), vote('m-A', 'YES')] },
    {
      proposal: proposal('3', {
        ...{ Status: 'IN_PROGRESS', YesVoteCount: 0, OutstandingVoteCount: 1, Description: undefined },
        Actions: { Removals: [{ MemberId: 'm-B' }], Invitations: [{ Principal: '1' }] },
      }),
      votes: [],
    },
  ],
  listed: [],
  invitations: [
    {
      ...{ InvitationId: 'in-1', Status: 'ACCEPTING', CreationDate: AT, ExpirationDate: UNTIL },
      Arn: 'arn:aws:managedblockchain:us-east-1:123456789012:invitations/in-1',
    },
  ],
};
const exported = (facts: Partial<AmbSnapshot> = {}, atMs = 0): NetworkExport =>
  exportNetwork({ ...snapshot, ...facts }, 'us-east-1', atMs);

describe('an export', () => {
  test('says what Amazon says, in the order of ids, and nothing of keys', () => {
    const said = exported();
    expect(said.members).toMatchObject([
      { id: 'm-A', name: 'harvest', standing: 'ACTIVE', nativeStatus: 'AVAILABLE' },
      { id: 'm-B', name: 'meridian', standing: 'LEFT', nativeStatus: 'DELETED' },
      { id: 'm-GONE', name: 'atlas', standing: 'LEFT', nativeStatus: null },
    ]);
    expect(said.proposals).toMatchObject([
      {
        ...{ id: 'p-1', title: 'Invite Atlas', description: 'Invite Atlas\nSoon.', status: 'EXECUTED' },
        ...{ createdAt: AT.toISOString(), expiresAt: UNTIL.toISOString(), counts: { yes: 2, no: 0, outstanding: 1 } },
        votes: [
          { memberId: 'm-A', choice: 'YES' },
          { memberId: 'm-GONE', choice: 'YES' },
        ],
      },
      { id: 'p-2', status: 'EXECUTION_FAILED', nativeStatus: 'ACTION_FAILED' },
      { id: 'p-3', status: 'OPEN', title: 'Invite 1, Remove m-B', description: null },
    ]);
    expect(said.invitations).toMatchObject([
      { id: 'in-1', status: 'PENDING', nativeStatus: 'ACCEPTING', principal: '123456789012' },
    ]);
    expect(exportText(said)).not.toMatch(/kms|admin|owner/i);
  });

  test('is the same for the same facts in another order, but for its moment', () => {
    const turned = { members: snapshot.members.toReversed(), proposals: snapshot.proposals.toReversed() };
    expect({ ...exported(turned, 5_000), exportedAt: '' }).toEqual({ ...exported(), exportedAt: '' });
  });

  test('says what Amazon does not tell', () => {
    const text = notTold({ snapshot, said: exported() }).join('\n');
    expect(text).toContain('when each of the 3 votes was cast');
    expect(text).toContain('who cast some of the votes that are counted: p-2');
    expect(text).toContain('nodes of members of other accounts: m-C');
  });

  test('is read as it was written, and has a schema', () => {
    expect(readExport(exportText(exported()))).toEqual(exported());
    expect(exportJsonSchema()).toMatchObject({ type: 'object', additionalProperties: false });
  });
});

describe('a file is refused', () => {
  const redone = (change: (said: NetworkExport) => object): string => {
    const said = exported();
    const changed = { ...said, ...change(said) };
    return JSON.stringify({ ...changed, digest: exportDigest(changed) });
  };
  const [first] = exported().proposals;
  if (first === undefined) throw new Error('there is no proposal');

  test.each<[string, RegExp]>([
    ['{', /Got: text that is no JSON/],
    ['null', /Got: format absent/],
    [JSON.stringify({ ...exported(), version: 7 }), /version that is not read. Got: 7. Expected: 1. Fix: Export/],
    [JSON.stringify({ ...exported(), exportedBy: 'me' }), /exportedBy/],
    [
      JSON.stringify({ ...exported(), votingPolicy: { ...exported().votingPolicy, threshold: 1 } }),
      /was changed after/,
    ],
    [redone(() => ({ proposals: [first, first] })), /Got: proposals with p-1 twice/],
    [
      redone(() => ({ proposals: [{ ...first, counts: { yes: 1, no: 0, outstanding: 2 } }] })),
      /p-1 counts 1 YES and 0 NO, but lists 2/,
    ],
    [redone(() => ({ proposals: [{ ...first, proposedBy: 'm-X' }] })), /p-1 names m-X, which is not among the members/],
    [
      redone(() => ({ proposals: [{ ...first, votes: [first.votes[0], first.votes[0]] }] })),
      /votes on p-1 with m-A twice/,
    ],
    [' '.repeat(33 * 1024 * 1024), /larger than any export/],
  ])('%#', (content, message) => {
    expect(() => readExport(content)).toThrow(message);
  });

  test('though its moment may be another', () => {
    expect(readExport(JSON.stringify({ ...exported(), exportedAt: '2026-04-01T00:00:00Z' })).digest).toBe(
      exported().digest,
    );
  });
});
