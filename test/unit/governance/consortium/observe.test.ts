import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ConsortiumObserver } from '../../../../src/governance/consortium/index.js';
import type { DecodedBlock } from '../../../../src/model/block.js';
import { FABRIC_LEDGER, makeChain } from '../../../support/blocks.js';
import { governed } from '../../../support/governed.js';

const AT = '2026-03-01T12:00:00.000Z';
const policy = { threshold: 50, comparator: 'GREATER_THAN', durationHours: 24 };
const member = (mspId: string, status = 'ACTIVE') => ({ mspId, name: mspId, status, joinedAt: AT, accounts: [] });
const nothing = {
  ...{ network: null, votingPolicy: null, members: [], organizations: [], proposals: [], votes: [], invitations: [] },
  ...{ configUpdates: [], configSignatures: [], configAttempts: [] },
};
const event = (facts: object) => ({
  version: 1,
  name: 'X',
  networkId: 'harbour',
  by: 'HarvestMSP',
  at: AT,
  ...nothing,
  ...facts,
});
const tally = (yes: number, outstanding: number) => ({
  ...{ eligible: 3, yes, no: 0, abstain: 0, outstanding, satisfied: yes > 1, stillReachable: true },
});
const proposal = (facts: object = {}) => ({
  ...{ proposalId: 'p1', title: 'Invite Atlas', body: '', proposer: 'HarvestMSP', status: 'OPEN', openedAt: AT },
  ...{ closesAt: '2026-03-02T12:00:00.000Z', policy, electorate: ['AMSP', 'BMSP', 'HarvestMSP'], attempts: [] },
  actions: [{ kind: 'INVITE_MEMBER', name: 'Atlas', principal: 'ab'.repeat(32) }],
  tally: tally(0, 3),
  ...facts,
});
const vote = (voter: string, facts: object = {}) => ({
  ...{ proposalId: 'p1', voter, choice: 'YES', reason: '', castAt: AT },
  ...facts,
});

/** The organisations that a made-up channel has. */
function withOrganizations(record: DecodedBlock['config']): DecodedBlock['config'] {
  if (record === null) return null;
  const organizations = ['HarvestMSP', 'MeridianMSP', 'NorthwindMSP'].map((mspId) => ({
    ...{ mspId, groupName: mspId, nodeOUs: true, anchorPeers: [], ordererEndpoints: [], rootCertificates: [] },
    ...{ intermediateCertificates: [], tlsRootCertificates: [], revokedSerials: [], policies: [] },
  }));
  return { ...record, config: { ...record.config, organizations } };
}

/** Blocks whose first transactions told these events of the consortium chaincode. */
function telling(payloads: readonly unknown[]): readonly DecodedBlock[] {
  return makeChain({ ledger: FABRIC_LEDGER, seed: 7, transactions: 1 }, payloads.length).map((block, at) => {
    const [transaction] = block.transactions;
    if (transaction === undefined) return block;
    const config = withOrganizations(block.config);
    const payload = Buffer.from(JSON.stringify(payloads[at]) ?? '').toString('base64');
    const detail = { kind: 'fabric', chaincode: 'consortium', payload } as const;
    const told = { index: 0, name: 'X', chaincode: 'consortium', address: null, topics: [], detail };
    return { ...block, config, transactions: [{ ...transaction, outcome: 'SUCCEEDED', events: [told] }] };
  });
}

const read = (payloads: readonly unknown[]) =>
  governed(FABRIC_LEDGER, telling(payloads), [new ConsortiumObserver('consortium')], 2);

describe('what the chaincode tells', () => {
  test('a proposal from its opening to the vote that carries it out', async () => {
    const { states, votes, versions } = await read([
      event({
        network: { networkId: 'harbour', name: 'Harbour', description: '' },
        votingPolicy: policy,
        members: [member('AMSP')],
      }),
      event({ proposals: [proposal()] }),
      event({ votes: [vote('AMSP')], proposals: [proposal({ tally: tally(1, 2) })] }),
      event({
        votes: [vote('BMSP', { reason: 'they roast well' })],
        proposals: [
          proposal({ status: 'EXECUTED', tally: tally(2, 1), attempts: [{ at: AT, by: 'BMSP', failure: null }] }),
        ],
        invitations: [
          {
            invitationId: 'p1',
            name: 'Atlas',
            principal: 'ab'.repeat(32),
            proposalId: 'p1',
            status: 'PENDING',
            createdAt: AT,
            expiresAt: AT,
          },
        ],
      }),
    ]);
    expect(versions).toEqual(['1 p1 ACTIVE', '2 p1 ACTIVE', '3 p1 EXECUTED']);
    expect(votes.map(({ at, voter, reason }) => [at, voter, reason])).toEqual([
      ...[
        [2, 'AMSP', null],
        [3, 'BMSP', 'they roast well'],
      ],
    ]);
    expect(states[0]).toMatchObject({
      ...{ title: 'Invite Atlas', body: null, proposer: 'HarvestMSP', nativeStatus: 'EXECUTED', lapsesTo: 'EXPIRED' },
      actions: [{ kind: 'INVITE_MEMBER', memberName: 'Atlas' }],
      requirement: { kind: 'THRESHOLD', threshold: 50 },
      tally: { missing: [], outstanding: '1', satisfied: true },
      execution: { attempts: [{ by: 'BMSP', error: null }], evidence: { kind: 'TRANSACTION', block: { number: 3 } } },
      history: [{ status: 'ACTIVE' }, { status: 'EXECUTED' }],
    });
  });

  test('who has not voted is missing; a vote that was voided counts no more, and its voter is not asked again', async () => {
    const { states, votes } = await read([
      event({ proposals: [proposal()], votes: [vote('AMSP')] }),
      event({
        proposals: [proposal({ electorate: ['BMSP', 'HarvestMSP'], tally: tally(0, 2) })],
        votes: [vote('AMSP', { voidedAt: AT })],
      }),
    ]);
    expect(states[0]?.tally.missing).toEqual(['BMSP', 'HarvestMSP']);
    expect(votes.map(({ weight, nativeChoice }) => [weight, nativeChoice])).toEqual([
      ...[
        ['1', 'YES'],
        ['0', 'YES (void)'],
      ],
    ]);
  });

  test('who accepts is invited, unless the channel has its organisation; who goes before it came is removed', async () => {
    const voting = { network: { networkId: 'harbour', name: 'Harbour', description: '' }, votingPolicy: policy };
    const { standings } = await read([
      null,
      event({ ...voting, members: [member('HarvestMSP'), member('NorthwindMSP', 'JOINING')] }),
      event({ members: [member('AtlasMSP', 'JOINING'), member('BorealMSP', 'JOINING')] }),
      event({ members: [member('AtlasMSP', 'ACTIVE'), { ...member('BorealMSP', 'REMOVED'), removedAt: AT }] }),
      event({ members: [{ ...member('NorthwindMSP', 'REMOVED'), removedAt: AT }, member('BorealMSP', 'JOINING')] }),
      event({ members: [{ ...member('AtlasMSP', 'REMOVED'), removedAt: AT }] }),
    ]);
    // The first block is the channel's configuration.
    expect(standings.filter((one) => !one.startsWith('0 '))).toEqual([
      ...['2 AtlasMSP INVITED JOINING', '2 BorealMSP INVITED JOINING', '3 BorealMSP REMOVED REMOVED'],
      '4 BorealMSP INVITED JOINING',
    ]);
  });
});

describe('what is said by something else', () => {
  test('an event that is not of the chaincode says nothing, whatever is in it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(fc.jsonValue(), garbled()), { maxLength: 4 }), async (payloads) => {
        const { states } = await read(payloads);
        expect(states.every(({ nativeId }) => !nativeId.includes('/'))).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  test('what was brought in is told as what it is: over before, attested by one transaction, signed by nobody here', async () => {
    const imported = { imported: true, electorate: [], attempts: [] };
    const invite = { kind: 'INVITE_MEMBER', name: '', principal: '123456789012' };
    const { states, votes } = await read([
      event({
        proposals: [
          proposal({ ...imported, proposalId: 'p-1', actions: [invite], status: 'EXECUTED', tally: tally(2, 1) }),
          proposal({ ...imported, proposalId: 'p-2', status: 'EXPIRED', tally: tally(1, 2) }),
          proposal({ ...imported, proposalId: 'p-3', status: 'EXECUTION_FAILED', failure: 'No', tally: tally(2, 1) }),
          proposal({ proposalId: 'p-4', imported: true, tally: tally(1, 2) }),
        ],
        votes: ['p-1', 'p-4'].map((proposalId) => vote('AMSP', { proposalId, castAt: null, imported: true })),
      }),
    ]);
    const [executed, expired, failed, open] = states;
    expect(executed).toMatchObject({
      ...{ status: 'EXECUTED', execution: { attempts: [], evidence: null } },
      actions: [{ memberName: null, principal: '123456789012' }],
      history: [{ status: 'ACTIVE' }, { status: 'EXECUTED', cause: { kind: 'TRANSACTION' } }],
    });
    expect(executed?.tally.choices.map(({ choice }) => choice)).toEqual(['YES', 'NO']);
    expect(expired?.history[1]).toMatchObject({ status: 'EXPIRED', atMs: Date.parse('2026-03-02T12:00:00.000Z') });
    expect(failed?.execution).toMatchObject({ attempts: [{ by: null, error: { message: 'No' } }], evidence: null });
    expect(open).toMatchObject({ status: 'ACTIVE', tally: { missing: ['BMSP', 'HarvestMSP'] } });
    expect(votes).toMatchObject([
      { verified: false, castAtMs: null, evidence: { kind: 'TRANSACTION' } },
      { verified: false, castAtMs: null },
    ]);
  });

  test('a failed transaction told nothing', async () => {
    const blocks = telling([event({ proposals: [proposal()] })]).map((block) => ({
      ...block,
      transactions: block.transactions.map((one) => ({ ...one, outcome: 'FAILED' as const })),
    }));
    const { states } = await governed(FABRIC_LEDGER, blocks, [new ConsortiumObserver('consortium')]);
    expect(states).toEqual([]);
  });
});

/** A true event with one thing in it replaced. */
function garbled(): fc.Arbitrary<unknown> {
  const keys = ['proposalId', 'title', 'status', 'openedAt', 'electorate', 'tally', 'actions', 'policy'];
  return fc
    .tuple(fc.constantFrom(...keys), fc.jsonValue())
    .map(([key, value]) => event({ proposals: [proposal({ [key]: value })] }));
}
