import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { importNetwork, importPage } from '../../../../chaincode/consortium/bootstrap.js';
import {
  compareNetwork,
  movingCalls,
  movingNetwork,
  requireMapping,
  type KeptState,
  type Mapping,
} from '../../../../src/governance/consortium/index.js';
import type { ExportedProposal, NetworkExport } from '../../../../src/model/networkExport.js';

const AT = '2026-03-01T12:00:00.000Z';
const UNTIL = '2026-03-02T12:00:00.000Z';
const member = (id: string, standing: 'ACTIVE' | 'LEFT' = 'ACTIVE') => ({
  ...{ id, name: `${id} Ltd`, description: null, standing, nativeStatus: null, createdAt: AT },
});
const proposal = (facts: Partial<ExportedProposal> = {}): ExportedProposal => ({
  ...{ id: 'p-1', title: 'Invite', description: null, proposedBy: 'm-A', status: 'EXECUTED', nativeStatus: 'APPROVED' },
  ...{ createdAt: AT, expiresAt: UNTIL, actions: [{ kind: 'INVITE_MEMBER', principal: '123456789012' }] },
  counts: { yes: 2, no: 0, outstanding: 0 },
  votes: [
    { memberId: 'm-A', choice: 'YES' },
    { memberId: 'm-OLD', choice: 'YES' },
  ],
  ...facts,
});
const OPEN = proposal({
  ...{
    id: 'p-2',
    status: 'OPEN',
    counts: { yes: 1, no: 0, outstanding: 1 },
    votes: [{ memberId: 'm-A', choice: 'YES' }],
  },
});
const exported = (facts: Partial<NetworkExport> = {}): NetworkExport => ({
  ...{ format: 'parley-network-export', version: 1, exportedAt: AT, source: { kind: 'AMB', region: 'us-east-1' } },
  network: {
    ...{ id: 'n-N', name: 'Harbour', description: null, framework: null, frameworkVersion: null },
    ...{ nativeStatus: null, createdAt: null },
  },
  votingPolicy: { threshold: 50, comparator: 'GREATER_THAN', durationHours: 24 },
  members: [member('m-A'), member('m-B'), member('m-OLD', 'LEFT')],
  ...{ nodes: [], proposals: [proposal()], invitations: [], digest: `sha256:${'0'.repeat(64)}` },
  ...facts,
});
const mapping = (members: object = {}, principals: object = {}): Mapping => ({
  members: new Map(Object.entries({ 'm-A': 'AMSP', 'm-B': 'BMSP', ...members })),
  principals: new Map(Object.entries(principals)),
});
const RULES = { organizations: ['AMSP', 'BMSP'], leaveOutOpen: false, nowMs: Date.parse(AT) };
const FINGERPRINT = 'AB:'.repeat(31) + 'AB';
const act = { by: 'AMSP', at: AT };

describe('who is who', () => {
  const waiting = {
    id: 'in-1',
    status: 'PENDING',
    nativeStatus: 'PENDING',
    principal: null,
    createdAt: AT,
    expiresAt: UNTIL,
  } as const;
  test.each<[NetworkExport, Mapping, RegExp]>([
    [
      exported(),
      mapping({ 'm-X': 'XMSP' }),
      /names members that n-N does not have. Got: m-X. Expected: among m-A, m-B, m-OLD/,
    ],
    [
      exported({ members: [member('m-A'), member('m-B'), member('m-C')] }),
      mapping(),
      /Got: nothing for m-C \(m-C Ltd\)/,
    ],
    [exported(), mapping({ 'm-B': 'B MSP' }), /m-B is mapped to what is no MSP id. Got: B MSP/],
    [exported(), mapping({ 'm-OLD': 'BMSP' }), /Got: m-B and m-OLD to BMSP/],
    [exported(), mapping({ 'm-B': 'CMSP' }), /Got: m-B=CMSP. Expected: among AMSP, BMSP/],
    [exported(), mapping({}, { '1': 'a key' }), /1 is mapped to what cannot answer an invitation. Got: a key/],
    [exported({ proposals: [OPEN] }), mapping(), /Got: p-2 invites 123456789012/],
    [
      exported({ proposals: [{ ...OPEN, expiresAt: AT }] }),
      mapping({}, { '123456789012': FINGERPRINT }),
      /p-2 was open when it was exported, until/,
    ],
    [exported({ proposals: [{ ...OPEN, actions: [] }] }), mapping(), /p-2 has 0 actions/],
    [
      exported({ proposals: [{ ...OPEN, counts: { yes: 2, no: 0, outstanding: 0 } }] }),
      mapping(),
      /p-2 counts other votes/,
    ],
    [exported({ invitations: [waiting] }), mapping(), /in-1 invites an account that is not told/],
  ])('is refused: %#', (said, given, message) => {
    expect(() => requireMapping(said, given, RULES)).toThrow(message);
  });

  test('is enough for the active members, and for what is open or left out', () => {
    const open = exported({ proposals: [OPEN], invitations: [waiting] });
    expect(() => requireMapping(exported(), mapping(), RULES)).not.toThrow();
    expect(() => requireMapping(open, mapping(), { ...RULES, leaveOutOpen: true })).not.toThrow();
    const principals = { '123456789012': FINGERPRINT, 'in-1': `0x${'1'.repeat(40)}` };
    expect(() => requireMapping(open, mapping({}, principals), RULES)).not.toThrow();
    const moving = movingNetwork(open, mapping({}, principals), false);
    expect(moving.proposals[0]?.actions).toEqual([{ kind: 'INVITE_MEMBER', name: '', principal: 'ab'.repeat(32) }]);
    expect(moving.invitations).toMatchObject([{ principal: `0x${'1'.repeat(40)}`, status: 'PENDING' }]);
    expect(movingNetwork(open, mapping(), true)).toMatchObject({
      proposals: [],
      invitations: [],
      leftOut: ['p-2', 'in-1'],
    });
  });

  test('who left stands by its old id', () => {
    const moving = movingNetwork(exported(), mapping(), false);
    expect(moving.members[2]).toMatchObject({ mspId: 'm-OLD', status: 'REMOVED', nativeId: 'm-OLD' });
    expect(moving.votes[1]).toEqual({ proposalId: 'p-1', voter: 'm-OLD', choice: 'YES' });
  });
});

test('whatever is exported is what the chaincode holds after all of its transactions, each of which it takes', () => {
  const texts = fc.string({ maxLength: 900 });
  const proposals = fc.array(
    fc.tuple(texts, fc.constantFrom('EXECUTED', 'REJECTED', 'EXECUTION_FAILED'), fc.boolean()),
    {
      maxLength: 900,
      size: 'max',
    },
  );
  fc.assert(
    fc.property(proposals, (all) => {
      const said = exported({
        proposals: all.map(([description, status, isTold], n) =>
          proposal({
            id: `p-${n}`,
            description,
            status,
            ...(isTold ? {} : { proposedBy: null, createdAt: null, expiresAt: null }),
          }),
        ),
      });
      const moving = movingNetwork(said, mapping(), false);
      const { calls, sealed } = movingCalls(moving, null);
      const [first, ...pages] = calls;
      const founded = importNetwork(first?.argument ?? '', act);
      expect(founded.network.importing).toBe(sealed ? undefined : 'AMSP');
      const before = { network: founded.network, policy: moving.votingPolicy, members: founded.members };
      const changes = [founded, ...pages.map(({ argument }) => importPage(argument, before, act))];
      const kept = {
        ...{ network: founded.network, votingPolicy: founded.votingPolicy, members: founded.members },
        proposals: changes.flatMap((one) => one.proposals),
        votes: changes.flatMap((one) => one.votes),
        invitations: changes.flatMap((one) => one.invitations),
      } as unknown as KeptState;
      const projected = {
        ...kept,
        proposals: kept.proposals.map(({ tally: { yes, no, outstanding }, ...one }) => ({
          ...one,
          tally: { yes, no, outstanding },
        })),
      };
      expect(compareNetwork(moving, projected, false).differences).toEqual([]);
      expect(
        movingCalls(moving, {
          proposals: new Set(moving.proposals.map(({ proposalId }) => proposalId)),
          invitations: new Set(),
        }),
      ).toEqual({ calls: [], sealed: false });
      const [lost, ...others] = projected.proposals;
      if (lost !== undefined)
        expect(compareNetwork(moving, { ...projected, proposals: others }, true).differences).toHaveLength(1);
    }),
    { numRuns: 25 },
  );
});
