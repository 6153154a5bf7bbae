import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { devAccount, devAccountOf } from '../../devnet/ethereum/index.js';
import { organizationKeys } from '../../devnet/fabric/material/organization.js';
import { createAmbClient } from '../../src/governance/amb/index.js';
import { createNetwork } from '../support/ambNetwork.js';
import { rpc } from '../support/devActors.js';
import { STREAMS, Watched } from '../support/governStreams.js';
import { GovernTable, type Governing } from '../support/governTable.js';
import type { Mechanism } from '../support/graphTypes.js';
import { motoIsHere, startMoto, type Moto } from '../support/moto.js';
import type { Operations } from '../support/operations.js';
import { openssl, signedElsewhere, typedDataKey } from '../support/signedElsewhere.js';
import { eventually, startWorld, type World } from '../support/world.js';

// Every operation of govern.graphql, as the file has it, in the dev world as `npm start` brings it up, for each way in which its members
// decide. Where a mechanism knows no such act, it says so with a code.

type Propose = Operations['Propose'][0]['input'];
type Found = NonNullable<Operations['NetworkGovernance'][1]['network']>;
type OpenProposal = Found['proposals']['edges'][number]['node'];
type Detail = NonNullable<Operations['ProposalDetail'][1]['proposal']>;

const NETWORK = 'network/harbour';
const amazonIsHere = await motoIsHere();
/** What concerns parties alone is decided where a network's members are kept. */
const OF_PARTIES: readonly Governing[] = ['NetworkGovernance', 'AcceptInvitation', 'RejectInvitation', 'Leave'];
const KEEP_MEMBERS: readonly Mechanism[] = ['CONSORTIUM', 'AMB'];
/** Amazon's own tools find them so; moto takes any. */
const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
const TYPES: Readonly<Record<string, Mechanism>> = {
  ...{ ConsortiumProposal: 'CONSORTIUM', LifecycleProposal: 'FABRIC_LIFECYCLE' },
  ...{ ConfigUpdateProposal: 'FABRIC_CONFIG', GovernorProposal: 'GOVERNOR' },
  ...(amazonIsHere ? { AmbProposal: 'AMB' } : {}),
};
const MECHANISMS = Object.values(TYPES);

let world: World;
let table: GovernTable;
let streams: Watched;
let directory: string;
let moto: Moto | null = null;
let amazon = { network: '', member: '' };
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'parley-govern-'));
  const more = join(directory, 'more.yaml');
  if (amazonIsHere) await networkAtAmazon(more);
  world = await startWorld(['--no-story', ...(amazonIsHere ? ['--config', more] : [])], undefined, CREDENTIALS);
  table = new GovernTable(world.dev.parley.url);
  streams = new Watched(world.dev.parley.url);
}, 240_000);
afterAll(async () => {
  await streams?.close();
  await world?.dispose();
  await moto?.close();
  if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
}, 60_000);

/** A network at moto's server, beside the dev world's own by the documented way: more keys of parley.yaml. */
async function networkAtAmazon(file: string): Promise<void> {
  Object.assign(process.env, CREDENTIALS);
  moto = await startMoto();
  const place = { region: 'us-east-1', endpoint: moto.endpoint };
  const client = createAmbClient(place);
  amazon = await createNetwork(client);
  client.destroy();
  const amb = [{ ...place, pollSeconds: 1, networks: [amazon.network], actingMembers: [amazon.member] }];
  writeFileSync(file, JSON.stringify({ amb }));
}

const channel = (name: 'trade' | 'payments'): string => world.dev.fabric.channels[name]?.id ?? '';
const userOf = (mspId: string) => {
  const user = world.dev.fabric.organizations[mspId]?.users['admin'];
  if (user === undefined) throw new Error(`dev.json has no admin of ${mspId}`);
  return user;
};

/** Previewed without a problem, then made: as a portal does it. */
async function proposed(mechanism: Mechanism, input: Propose, member: string): Promise<string> {
  const { previewProposal } = await table.run('Preview', mechanism, { input }, member);
  expect(previewProposal.problems).toEqual([]);
  expect(previewProposal.actions.length).toBeGreaterThan(0);
  const { propose } = await table.run('Propose', mechanism, { input }, member);
  expect(propose.proposal).toMatchObject({ mechanism, title: previewProposal.title });
  return propose.proposal.id;
}

async function detail(mechanism: Mechanism, id: string, member = 'harvest'): Promise<Detail> {
  const { proposal } = await table.run('ProposalDetail', mechanism, { id }, member);
  if (proposal === null) throw new Error(`There is no ${id}`);
  return proposal;
}

const inbox = async (mechanism: Mechanism, member: string): Promise<readonly string[]> =>
  (await table.run('Inbox', mechanism, {}, member)).viewer.inbox.edges.map(({ node }) => node.id);

/** A vote, and the proposal's status after it. */
async function voted(mechanism: Mechanism, proposal: string, member: string, reason?: string): Promise<string> {
  const input = { proposal, choice: 'YES', reason } as const;
  const { castVote } = await table.run('CastVote', mechanism, { input }, member);
  // Amazon's votes are its word alone.
  expect(castVote.vote).toMatchObject({ choice: 'YES', verified: mechanism !== 'AMB' });
  return castVote.proposal.status;
}

const governance = async () =>
  (await table.run('NetworkGovernance', 'CONSORTIUM', { network: NETWORK }, 'harvest')).network;

/** The proposal on trade that carries out what the consortium decided: it opens by itself. */
const opens = (which: (proposal: OpenProposal) => boolean): Promise<OpenProposal> =>
  eventually('the configuration proposal opens by itself', async () =>
    (await governance())?.proposals.edges
      .map(({ node }) => node)
      .find((node) => node.mechanism === 'FABRIC_CONFIG' && node.id.includes(channel('trade')) && which(node)),
  );

const refusedVote = (mechanism: Mechanism, proposal: string, member: string): Promise<unknown> =>
  table.refusal('CastVote', mechanism, { input: { proposal, choice: 'YES' } }, member);

async function executed(mechanism: Mechanism, proposal: string, member: string): Promise<string> {
  const { executeProposal } = await table.run('Execute', mechanism, { input: { proposal } }, member);
  return executeProposal.proposal.status;
}

const withdrawn = async (mechanism: Mechanism, proposal: string, member: string): Promise<string> =>
  (await table.run('Withdraw', mechanism, { input: { proposal } }, member)).withdrawProposal.proposal.status;

const statuses = ({ history }: Detail): readonly string[] => history.map(({ status }) => status);
const evidence = ({ votes }: Detail): readonly (string | undefined)[] =>
  votes.edges.map(({ node }) => node.evidence?.__typename);

describe('the consortium', () => {
  const MECHANISM = 'CONSORTIUM';
  const text = (title: string): Propose => ({
    consortium: { network: NETWORK, title, body: 'Because', action: { text: title } },
  });

  test('one that is invited declines', async () => {
    const [waiting] = (await governance())?.invitations.edges ?? [];
    expect(waiting?.node).toMatchObject({ name: 'Aurora Roasters', status: 'PENDING' });
    const input = { invitation: waiting?.node.id ?? '' };
    expect(await table.refusal('RejectInvitation', MECHANISM, { input }, 'harvest')).toBe('GOVERNANCE_REFUSED');
    const { rejectInvitation } = await table.run('RejectInvitation', MECHANISM, { input }, 'aurora');
    expect(rejectInvitation.invitation.status).toBe('REJECTED');
  });

  test('members invite again, one with openssl', async () => {
    const principal = devAccount(4).address;
    const action = { inviteMember: { name: 'Aurora Roasters', principal } };
    const invitation = { consortium: { network: NETWORK, title: 'Invite Aurora once more', action } };
    const id = await proposed(MECHANISM, invitation, 'harvest');
    expect(await inbox(MECHANISM, 'meridian')).toContain(id);
    expect(await voted(MECHANISM, id, 'harvest', 'They ask again')).toBe('ACTIVE');
    expect(await refusedVote(MECHANISM, id, 'harvest')).toBe('GOVERNANCE_REFUSED');
    expect(await inbox(MECHANISM, 'harvest')).not.toContain(id);
    expect((await governance())?.proposals.edges.map(({ node }) => node.id)).toContain(id);
    const { certificate, privateKey } = userOf('MeridianMSP');
    const fabric = { mspId: 'MeridianMSP', certificate: readFileSync(certificate, 'utf8') };
    const castVote = { proposal: id, choice: 'YES' } as const;
    const { stages, came } = await signedElsewhere(world.dev.parley.url, { fabric }, { castVote }, openssl(privateKey));
    expect(stages).toEqual(['FABRIC_PROPOSAL', 'FABRIC_TRANSACTION']);
    expect(came.vote).toMatchObject({ choice: 'YES', verified: true });
    const found = await detail(MECHANISM, id);
    expect(statuses(found)).toEqual(['ACTIVE', 'EXECUTED']);
    expect(evidence(found)).toEqual(['FabricTransaction', 'FabricTransaction']);
    expect(found).toMatchObject({ viewerVote: { choice: 'YES' }, execution: { transaction: expect.anything() } });
    expect(await table.refusal('Execute', MECHANISM, { input: { proposal: id } }, 'harvest')).toBe(
      'GOVERNANCE_REFUSED',
    );
  }, 60_000);

  test('the invited accepts with its organisation, whose admission opens by itself and is signed', async () => {
    const made = (await governance())?.invitations.edges.find(({ node }) => node.status === 'PENDING')?.node;
    const { rootCertificatePem, tlsRootCertificatePem } = await organizationKeys(directory, 'aurora', 'peer');
    const certificates = { rootCertificates: [rootCertificatePem], tlsRootCertificates: [tlsRootCertificatePem] };
    const organization = { mspId: 'RoastersMSP', ...certificates };
    const input = { invitation: made?.id ?? '', name: 'Aurora Roasters', organization };
    const { acceptInvitation } = await table.run('AcceptInvitation', MECHANISM, { input }, 'aurora');
    expect(acceptInvitation.invitation).toMatchObject({ status: 'ACCEPTED', member: { id: 'member/RoastersMSP' } });
    const opened = await opens(({ related }) => related[0]?.id === made?.proposal?.id);
    await voted('FABRIC_CONFIG', opened.id, 'harvest');
    expect(await voted('FABRIC_CONFIG', opened.id, 'northwind')).toBe('APPROVED');
    expect(await executed('FABRIC_CONFIG', opened.id, 'northwind')).toBe('EXECUTED');
  }, 60_000);

  test('whoever proposed takes it back', async () => {
    const id = await proposed(MECHANISM, text('Sacks of jute'), 'meridian');
    const input = { proposal: id };
    expect(await table.refusal('Withdraw', MECHANISM, { input }, 'harvest')).toBe('GOVERNANCE_REFUSED');
    expect(await withdrawn(MECHANISM, id, 'meridian')).toBe('WITHDRAWN');
    expect(await refusedVote(MECHANISM, id, 'harvest')).toBe('GOVERNANCE_REFUSED');
  });
});

describe('a chaincode’s lifecycle', () => {
  const MECHANISM = 'FABRIC_LIFECYCLE';

  test.each([
    ['trade', 'goods'],
    ['payments', 'invoices'],
  ] as const)(
    'on %s: approved by a majority, committed; another for the same sequence is superseded',
    async (name, chaincode) => {
      const definition = (endorsementPolicy: string): Propose => ({
        fabricLifecycle: { channel: channel(name), name: chaincode, endorsementPolicy },
      });
      const rival = await proposed(MECHANISM, definition("AND('MeridianMSP.peer', 'NorthwindMSP.peer')"), 'northwind');
      const id = await proposed(MECHANISM, definition("OR('MeridianMSP.peer', 'NorthwindMSP.peer')"), 'meridian');
      expect(await inbox(MECHANISM, 'northwind')).toContain(id);
      const garbage = { input: definition("OR('MeridianMSP.pear')") };
      const { previewProposal } = await table.run('Preview', MECHANISM, garbage, 'meridian');
      expect(previewProposal.problems[0]?.message).toContain('character');
      const early = { input: { proposal: id } };
      expect(await table.refusal('Execute', MECHANISM, early, 'meridian')).toBe('GOVERNANCE_REFUSED');
      expect(await table.refusal('Withdraw', MECHANISM, early, 'meridian')).toBe('GOVERNANCE_REFUSED');
      // With the invited there are four on trade.
      if (name === 'trade') expect(await voted(MECHANISM, id, 'harvest')).toBe('ACTIVE');
      expect(await voted(MECHANISM, id, 'northwind')).toBe('APPROVED');
      expect(await refusedVote(MECHANISM, id, 'northwind')).toBe('GOVERNANCE_REFUSED');
      expect(await executed(MECHANISM, id, 'northwind')).toBe('EXECUTED');
      const found = await detail(MECHANISM, id);
      expect(statuses(found)).toEqual(['ACTIVE', 'APPROVED', 'EXECUTED']);
      expect(new Set(evidence(found))).toEqual(new Set(['FabricTransaction']));
      expect(found.proposerInferred).toBe(true);
      const superseded = await detail(MECHANISM, rival);
      expect(superseded).toMatchObject({ status: 'SUPERSEDED', tally: { stillReachable: false, missing: [] } });
    },
    60_000,
  );
});

describe('a channel’s configuration', () => {
  const MECHANISM = 'FABRIC_CONFIG';
  type Change = NonNullable<Propose['fabricConfig']>['change'];
  const update = (title: string, change: Change): Propose => ({
    fabricConfig: { channel: channel('trade'), title, change },
  });

  test('settings of ordering are signed by those who order, one with openssl, and a block holds them', async () => {
    const id = await proposed(MECHANISM, update('Smaller blocks', { setBatch: { maxMessageCount: 20 } }), 'harvest');
    expect(await inbox(MECHANISM, 'harvest')).not.toContain(id);
    expect(await inbox(MECHANISM, 'Ordering1MSP')).toContain(id);
    expect(await refusedVote(MECHANISM, id, 'harvest')).toBe('SIGNATURE_INVALID');
    expect(await voted(MECHANISM, id, 'Ordering1MSP')).toBe('ACTIVE');
    expect(await refusedVote(MECHANISM, id, 'Ordering1MSP')).toBe('SIGNATURE_INVALID');
    const own = join(world.directory, 'fabric', 'embedded', 'organizations', 'ordering2', 'users', 'admin');
    const fabric = { mspId: 'Ordering2MSP', certificate: readFileSync(join(own, 'cert.pem'), 'utf8') };
    const castVote = { proposal: id, choice: 'YES' } as const;
    const key = openssl(join(own, 'key.pem'));
    const { stages, came } = await signedElsewhere(world.dev.parley.url, { fabric }, { castVote }, key);
    expect([stages, came.vote]).toEqual([['FABRIC_CONFIG_UPDATE'], { choice: 'YES', verified: true }]);
    const early = { input: { proposal: id } };
    expect(await table.refusal('Execute', MECHANISM, early, 'harvest')).toBe('GOVERNANCE_REFUSED');
    expect(await voted(MECHANISM, id, 'Ordering3MSP')).toBe('APPROVED');
    expect(await executed(MECHANISM, id, 'harvest')).toBe('EXECUTED');
    const found = await detail(MECHANISM, id);
    expect(statuses(found)).toEqual(['ACTIVE', 'APPROVED', 'EXECUTED']);
    expect(new Set(evidence(found))).toEqual(new Set(['FabricConfigSignature']));
    expect(found.actions).toMatchObject([{ changes: [{ after: { maxMessageCount: 20 } }] }]);
  }, 60_000);

  test('of two for the same policy one is ordered, the other goes stale; a third is withdrawn', async () => {
    const policy = (rule: string): Change => ({ setPolicy: { path: '/Channel/Application/Endorsement', rule } });
    const first = await proposed(MECHANISM, update('Anybody endorses', policy('ANY Endorsement')), 'meridian');
    const second = await proposed(MECHANISM, update('Everybody endorses', policy('ALL Endorsement')), 'northwind');
    const anchorPeers = [{ host: 'peer1.meridian.example', port: 7051 }];
    const change = { setAnchorPeers: { mspId: 'MeridianMSP', anchorPeers } };
    const third = await proposed(MECHANISM, update('Another peer', change), 'meridian');
    for (const member of ['harvest', 'meridian', 'northwind']) await voted(MECHANISM, first, member);
    expect(await executed(MECHANISM, first, 'meridian')).toBe('EXECUTED');
    expect(await detail(MECHANISM, second)).toMatchObject({ status: 'SUPERSEDED', nativeStatus: 'STALE' });
    expect(await refusedVote(MECHANISM, second, 'harvest')).toBe('GOVERNANCE_REFUSED');
    expect(await withdrawn(MECHANISM, third, 'meridian')).toBe('WITHDRAWN');
  }, 60_000);
});

describe('the governor', () => {
  const MECHANISM = 'GOVERNOR';
  const mine = (blocks: number): Promise<unknown> => rpc(world.dev, 'anvil_mine', `0x${blocks.toString(16)}`);
  const setting = (title: string, blocks: number): Propose => {
    const governor = world.dev.ethereum.contracts['HarbourGovernor']?.address ?? '';
    const calls = [{ target: governor, function: 'setVotingPeriod', arguments: [blocks] }];
    return { governor: { chain: 'eip155:31337', governor, title, body: 'To try it', calls } };
  };
  const reaches = (id: string, status: string): Promise<Detail> =>
    eventually(`the proposal is ${status}`, async () => {
      const found = await detail(MECHANISM, id);
      return found.status === status && found;
    });

  test('votes by wallets and by a signed ballot, then queued and executed once time has passed in blocks', async () => {
    const id = await proposed(MECHANISM, setting('Voting lasts 40 blocks', 40), 'harvest');
    await mine(2);
    await reaches(id, 'ACTIVE');
    expect(await inbox(MECHANISM, 'northwind')).toContain(id);
    expect(await voted(MECHANISM, id, 'harvest', 'More time')).toBe('ACTIVE');
    expect(await refusedVote(MECHANISM, id, 'harvest')).toBe('GOVERNANCE_REFUSED');
    const { address, privateKey } = devAccount(devAccountOf.meridian);
    const castVote = { proposal: id, choice: 'YES', reason: 'From a wallet elsewhere' } as const;
    const key = typedDataKey(privateKey);
    const { stages, came } = await signedElsewhere(world.dev.parley.url, { address }, { castVote }, key);
    expect([stages, came.vote]).toEqual([['BALLOT'], { choice: 'YES', verified: true }]);
    const early = { input: { proposal: id } };
    expect(await table.refusal('Execute', MECHANISM, early, 'harvest')).toBe('GOVERNANCE_REFUSED');
    await mine(45);
    await reaches(id, 'APPROVED');
    expect(await executed(MECHANISM, id, 'northwind')).toBe('QUEUED');
    await rpc(world.dev, 'evm_increaseTime', 5);
    await mine(1);
    expect(await executed(MECHANISM, id, 'northwind')).toBe('EXECUTED');
    const found = await detail(MECHANISM, id);
    expect(statuses(found)).toEqual(['PENDING', 'ACTIVE', 'APPROVED', 'QUEUED', 'EXECUTED']);
    expect(found.votes.edges.map(({ node }) => node.reason)).toEqual(['More time', 'From a wallet elsewhere']);
    expect(found.tally).toMatchObject({ satisfied: true });
  }, 60_000);

  test('the proposer cancels before the vote begins', async () => {
    const id = await proposed(MECHANISM, setting('Voting lasts 50 blocks', 50), 'northwind');
    const input = { proposal: id };
    expect(await table.refusal('Withdraw', MECHANISM, { input }, 'harvest')).toBe('GOVERNANCE_REFUSED');
    expect(await withdrawn(MECHANISM, id, 'northwind')).toBe('CANCELED');
  });
});

(amazonIsHere ? describe : describe.skip)('Amazon Managed Blockchain', () => {
  const MECHANISM = 'AMB';
  const invitations = async () => {
    const network = `network/${amazon.network}`;
    const found = (await table.run('NetworkGovernance', MECHANISM, { network }, amazon.member)).network;
    return found?.invitations.edges.map(({ node }) => node) ?? [];
  };

  test('invites two by one proposal: one joins, one declines, and the first leaves', async () => {
    const { network, member } = amazon;
    const [own, as] = [`network/${network}`, `member/${member}`];
    const amb = { network: own, as, description: 'Two roasters', invitations: ['123456789012', '210987654321'] };
    const id = await proposed(MECHANISM, { amb }, member);
    expect(await inbox(MECHANISM, member)).toContain(id);
    expect(await voted(MECHANISM, id, member)).toBe('EXECUTED');
    expect(await refusedVote(MECHANISM, id, member)).toBe('GOVERNANCE_REFUSED');
    const input = { proposal: id };
    expect(await table.refusal('Withdraw', MECHANISM, { input }, member)).toBe('GOVERNANCE_REFUSED');
    expect(await table.refusal('Execute', MECHANISM, { input }, member)).toBe('GOVERNANCE_REFUSED');
    const found = await detail(MECHANISM, id, member);
    expect([statuses(found), evidence(found)]).toEqual([['ACTIVE', 'EXECUTED'], ['ApiRecord']]);
    const [first, second] = await eventually('both are invited', async () => {
      const all = await invitations();
      return all.length === 2 && all;
    });
    const accepts = { input: { invitation: first?.id ?? '', name: 'Meridian' } };
    const { acceptInvitation } = await table.run('AcceptInvitation', MECHANISM, accepts, member);
    expect(acceptInvitation.invitation.status).toBe('ACCEPTED');
    const declines = { input: { invitation: second?.id ?? '' } };
    const { rejectInvitation } = await table.run('RejectInvitation', MECHANISM, declines, member);
    expect(rejectInvitation.invitation.status).toBe('REJECTED');
    const { leaveNetwork } = await table.run('Leave', MECHANISM, { input: { network: own, as } }, member);
    expect(leaveNetwork.membership).toMatchObject({ status: 'REMOVED' });
  }, 60_000);
});

describe('at the end', () => {
  test('a member leaves, and is taken off the channel by the signatures of those who stay', async () => {
    const input = { network: NETWORK, as: 'member/northwind' };
    const { leaveNetwork } = await table.run('Leave', 'CONSORTIUM', { input }, 'northwind');
    expect(leaveNetwork.membership).toMatchObject({
      id: `membership/${channel('trade')}/NorthwindMSP`,
      status: 'REMOVED',
    });
    const { id } = await opens(({ title }) => title.includes('Northwind'));
    for (const member of ['harvest', 'meridian']) await voted('FABRIC_CONFIG', id, member);
    const { users, userPaths } = await organizationKeys(directory, 'aurora', 'peer');
    const fabric = { mspId: 'RoastersMSP', certificate: users['admin']?.certificatePem ?? '' };
    const castVote = { proposal: id, choice: 'YES' } as const;
    const key = openssl(userPaths['admin']?.privateKey ?? '');
    const { came } = await signedElsewhere(world.dev.parley.url, { fabric }, { castVote }, key);
    expect(came.vote?.verified).toBe(true);
    expect(await executed('FABRIC_CONFIG', id, 'harvest')).toBe('EXECUTED');
  }, 60_000);

  test('every operation of the file ran, for each mechanism', () => {
    const wanted = [...table.operations.keys()].flatMap((name) =>
      MECHANISMS.filter((one) => KEEP_MEMBERS.includes(one) || !OF_PARTIES.includes(name as Governing)).map(
        (one) => `${name} ${one}`,
      ),
    );
    expect(table.ran()).toEqual(wanted.sort());
  });

  test('the streams told all of it, each thing once', async () => {
    const seen = await streams.taken('MembershipChanges', ({ change }) => change === 'REMOVED');
    expect(seen.map(({ change }) => change)).toEqual(expect.arrayContaining(['JOINED', 'REMOVED']));
    for (const [type, mechanism] of Object.entries(TYPES)) {
      const changes = (await streams.taken('ProposalChanges')).filter(({ proposal }) => proposal?.__typename === type);
      const kinds = new Set(changes.map(({ change }) => change));
      // What happened at Amazon between two polls is told as one.
      const told = mechanism === 'AMB' ? ['OPENED', 'EXECUTED'] : ['OPENED', 'VOTE_CAST', 'EXECUTED'];
      expect([mechanism, ...kinds]).toEqual(expect.arrayContaining(told));
    }
    const votes = await streams.taken('Votes');
    const proven = votes.filter(({ vote }) => vote?.verified === true);
    expect(proven).toEqual(votes.filter(({ proposal }) => proposal?.id.startsWith('proposal/amb/') === false));
    expect(votes.every(({ kind }) => kind === 'APPENDED')).toBe(true);
    for (const name of STREAMS) {
      const cursors = (await streams.taken(name)).map(({ cursor }) => cursor);
      expect(new Set(cursors).size).toBe(cursors.length);
    }
  });
});
