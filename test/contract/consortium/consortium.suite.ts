import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { credentials } from '@grpc/grpc-js';
import { common, orderer } from '@hyperledger/fabric-protos';
import { acceptanceBytes, rejectionBytes } from '../../../chaincode/consortium/canonical.js';
import type { Changes, ConfigSignature, Member, Proposal, Vote } from '../../../chaincode/consortium/events.js';
import { certificate, parseDefinition } from '../../../chaincode/consortium/organization.js';
import { fingerprint } from '../../../chaincode/consortium/proof.js';
import { signedEnvelope } from '../../../devnet/fabric/config/envelope.js';
import { configUpdateEnvelope } from '../../../devnet/fabric/config/signedData.js';
import { startFabricWorld, type FabricWorld } from '../../../devnet/world/fabric.js';
import { adminOf, organizationOf } from '../../support/fabricLedgers.js';
import { consortiumOn, type ConsortiumClient } from './client.js';
import { highSignature, morePolicies, proofBy } from './signing.js';

/** The consortium chaincode on a whole network: what only a peer can show. */
export function consortiumSuite(name: string, kind: 'embedded' | 'real'): void {
  describe(name, () => {
    let directory: string;
    let fabric: FabricWorld;
    let trade: ConsortiumClient;
    let payments: ConsortiumClient;

    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), 'parley-consortium-'));
      const { signal } = new AbortController();
      fabric = await startFabricWorld({ directory, kind, documentedPorts: false, signal }, () => undefined);
      trade = consortiumOn(fabric, 'trade', 'harvest');
      payments = consortiumOn(fabric, 'payments', 'meridian');
    }, 240_000);

    afterAll(async () => {
      trade.close();
      payments.close();
      await fabric.close();
      await rm(directory, { recursive: true, force: true });
    }, 240_000);

    const proposal = (id: string) => trade.read<Proposal>('harvest', 'GetProposal', id);
    const members = async () => {
      const list = await trade.read<readonly Member[]>('harvest', 'ListMembers');
      return Object.fromEntries(list.map(({ mspId, status }) => [mspId, status]));
    };
    const propose = (party: 'harvest' | 'meridian' | 'northwind', action: Readonly<Record<string, unknown>>) =>
      trade.submit(party, 'Propose', 'A proposal', '', JSON.stringify(action));

    test('two found a network, once, and a third has no say in it', async () => {
      const founders = [
        { mspId: 'HarvestMSP', name: 'Harvest' },
        { mspId: 'MeridianMSP', name: 'Meridian' },
      ];
      const words = ['harbour', 'Harbour', '', JSON.stringify(founders), 50, 'GREATER_THAN', 24] as const;
      await trade.submit('harvest', 'FoundNetwork', ...words);
      expect(await trade.refusal('meridian', 'FoundNetwork', ...words)).toContain(
        'This channel keeps the network harbour already',
      );
      expect(await trade.refusal('northwind', 'Propose', 'Me too', '', '{"kind":"TEXT","text":"x"}')).toContain(
        'NorthwindMSP is not a member of the network',
      );
      expect(await trade.refusal('harvest', 'CastVote', 'nowhere', 'YES', '')).toContain(
        'Proposal nowhere does not exist',
      );
    }, 240_000);

    test('the deciding vote invites; the invited party answers through another, and votes from then on', async () => {
      const northwind = organizationOf(fabric, 'NorthwindMSP');
      const principal = fingerprint(certificate('root', northwind.rootCertificatePem));
      const action = { kind: 'INVITE_MEMBER', name: 'Northwind', principal };
      const id = await propose('harvest', action);
      await trade.submit('harvest', 'CastVote', id, 'YES', '');
      expect(await trade.refusal('harvest', 'CastVote', id, 'NO', '')).toContain('HarvestMSP has voted on proposal');
      expect(await trade.refusal('northwind', 'CastVote', id, 'YES', '')).toContain('NorthwindMSP is not a member');
      expect(await proposal(id)).toMatchObject({ status: 'OPEN' });
      await trade.submit('meridian', 'CastVote', id, 'YES', '');
      expect(await proposal(id)).toMatchObject({ status: 'EXECUTED' });

      const definition = JSON.stringify({
        mspId: 'NorthwindMSP',
        name: 'Northwind Bank',
        rootCertificates: [northwind.rootCertificatePem],
        tlsRootCertificates: [northwind.tlsRootCertificatePem],
      });
      const bytes = acceptanceBytes('harbour', id, parseDefinition(definition));
      const meridian = organizationOf(fabric, 'MeridianMSP');
      expect(await trade.refusal('meridian', 'AcceptInvitation', id, definition, proofBy(meridian, bytes))).toContain(
        'does not chain to the root certificate',
      );
      const replayed = proofBy(northwind, rejectionBytes('harbour', id), [northwind.rootCertificatePem]);
      expect(await trade.refusal('meridian', 'AcceptInvitation', id, definition, replayed)).toContain(
        'is not by the key',
      );
      await trade.submit('meridian', 'AcceptInvitation', id, definition, proofBy(northwind, bytes));
      expect(await members()).toEqual({ HarvestMSP: 'ACTIVE', MeridianMSP: 'ACTIVE', NorthwindMSP: 'JOINING' });
      expect(await trade.refusal('meridian', 'RejectInvitation', id, replayed)).toContain('is ACCEPTED since');

      const policy = {
        kind: 'CHANGE_VOTING_POLICY',
        threshold: 66,
        comparator: 'GREATER_THAN_OR_EQUAL_TO',
        durationHours: 1,
      };
      const second = await propose('northwind', policy);
      await trade.submit('northwind', 'CastVote', second, 'YES', '');
      expect(await members()).toMatchObject({ NorthwindMSP: 'ACTIVE' });
      expect(await trade.refusal('northwind', 'ConfirmMembership')).toContain('is ACTIVE, expected JOINING');
      await trade.submit('harvest', 'CastVote', second, 'YES', '');
      expect(await trade.read('harvest', 'GetVotingPolicy')).toMatchObject({ threshold: 66, durationHours: 1 });
    }, 240_000);

    test('a member is voted out: its votes are void, which decides what was open', async () => {
      const open = await propose('meridian', { kind: 'TEXT', text: 'Open' });
      await trade.submit('meridian', 'CastVote', open, 'NO', '');
      await trade.submit('harvest', 'CastVote', open, 'YES', '');
      const removal = await propose('harvest', { kind: 'REMOVE_MEMBER', mspId: 'MeridianMSP' });
      await trade.submit('harvest', 'CastVote', removal, 'YES', '');
      await trade.submit('northwind', 'CastVote', removal, 'YES', '');
      expect(await proposal(removal)).toMatchObject({ status: 'EXECUTED' });
      expect(await proposal(open)).toMatchObject({ status: 'OPEN', tally: { eligible: 2, no: 0, yes: 1 } });
      expect(await members()).toEqual({ HarvestMSP: 'ACTIVE', NorthwindMSP: 'ACTIVE' });
      expect(await trade.refusal('meridian', 'CastVote', open, 'NO', '')).toContain(
        'MeridianMSP is not a member of the network any more, since ',
      );
      await trade.submit('northwind', 'CastVote', open, 'YES', '');
      expect(await proposal(open)).toMatchObject({ status: 'EXECUTED' });
      const again = await propose('harvest', { kind: 'REMOVE_MEMBER', mspId: 'MeridianMSP' });
      await trade.submit('harvest', 'CastVote', again, 'YES', '');
      await trade.submit('northwind', 'CastVote', again, 'YES', '');
      const failed = { status: 'EXECUTION_FAILED', failure: 'MeridianMSP is not a member of the network' };
      expect(await proposal(again)).toMatchObject(failed);
      await trade.submit('northwind', 'ExecuteProposal', again);
      expect(await proposal(again)).toMatchObject({
        ...failed,
        attempts: [{ by: 'NorthwindMSP' }, { by: 'NorthwindMSP' }],
      });
    }, 240_000);

    test('a member leaves by itself, the last one may not; every event laid over the other is the state', async () => {
      const waiting = await propose('northwind', { kind: 'TEXT', text: 'Waiting' });
      await trade.submit('northwind', 'LeaveNetwork');
      expect(await proposal(waiting)).toMatchObject({ status: 'OPEN', electorate: ['HarvestMSP'] });
      expect(await trade.refusal('harvest', 'LeaveNetwork')).toContain('HarvestMSP is the last member of the network');
      const last = await trade.submit('harvest', 'CastVote', waiting, 'NO', 'Nobody is left');

      const events = await trade.eventsUntil(last);
      expect(events.map(({ name }) => name)).toEqual(events.map(({ event }) => event.name));
      const folded = fold(events.map(({ event }) => event));
      const { items } = await trade.read<{ items: readonly Proposal[] }>('harvest', 'ListProposals', 100, '');
      expect(folded.proposals).toEqual(items);
      const votes: Vote[] = [];
      for (const { proposalId } of items) {
        votes.push(...(await trade.read<readonly Vote[]>('harvest', 'ListVotes', proposalId)));
      }
      expect(folded.votes).toEqual(votes);
      const former = await trade.read<{ items: readonly Member[] }>('harvest', 'ListFormerMembers', 100, '');
      const present = await trade.read<readonly Member[]>('harvest', 'ListMembers');
      expect(folded.members).toEqual([...present, ...former.items].sort((a, b) => (a.mspId < b.mspId ? -1 : 1)));
      const history = await trade.read<{ entries: readonly { value: Proposal }[]; complete: boolean }>(
        ...(['harvest', 'GetHistory', 'PROPOSAL', waiting] as const),
      );
      expect(history.complete).toBe(true);
      expect(history.entries.map(({ value }) => value.status)).toEqual(['REJECTED', 'OPEN', 'OPEN']);
    }, 240_000);

    test('signatures for a configuration update are collected on its channel, and the orderer takes them', async () => {
      const [meridian, northwind] = ['MeridianMSP', 'NorthwindMSP'].map((mspId) => organizationOf(fabric, mspId));
      if (meridian === undefined || northwind === undefined) throw new Error('an organisation is missing');
      const update = morePolicies(fabric, 'payments', 'Auditors');
      const propose = ['ProposeConfigUpdate', 'Auditors', '', Buffer.from(update).toString('base64')] as const;
      const id = await payments.submit('meridian', ...propose, '', '{"network":"harbour","proposalId":"p1"}');
      expect(await payments.refusal('northwind', ...propose, '', '{"network":"harbour","proposalId":"p1"}')).toContain(
        `${id} carries out p1 already`,
      );
      const instead = (replaces: string) => JSON.stringify({ network: 'harbour', proposalId: 'p1', replaces });
      expect(await payments.refusal('northwind', ...propose, '', instead('nothing'))).toContain('does not exist');
      const second = await payments.submit('northwind', ...propose, '', instead(id));
      expect(await payments.refusal('meridian', ...propose, '', instead(id))).toContain(
        `${second} carries out p1 already`,
      );
      await Promise.all([
        payments.submit('meridian', 'SignConfigUpdate', id, highSignature(meridian, update)),
        payments.submit('northwind', 'SignConfigUpdate', id, highSignature(northwind, update)),
      ]);
      expect(await payments.refusal('northwind', 'SignConfigUpdate', id, highSignature(northwind, update))).toContain(
        'has signed',
      );
      expect(await payments.refusal('northwind', 'SignConfigUpdate', id, highSignature(meridian, update))).toContain(
        "is of MeridianMSP, expected the caller's NorthwindMSP",
      );
      const { items } = await payments.read<{ items: readonly ConfigSignature[] }>(
        ...(['northwind', 'ListConfigSignatures', id, 100, ''] as const),
      );
      expect(items.map(({ mspId }) => mspId)).toEqual(['MeridianMSP', 'NorthwindMSP']);
      const signatures = items.map(({ bytes }) =>
        common.ConfigSignature.deserializeBinary(Buffer.from(bytes, 'base64')),
      );
      const envelope = configUpdateEnvelope(update, signatures);
      const ordered = signedEnvelope(common.HeaderType.CONFIG_UPDATE, 'payments', envelope, adminOf(meridian));
      expect(await broadcast(fabric, ordered)).toBe('200 ');
      const attempt = JSON.stringify({ outcome: 'ACCEPTED', code: 'SUCCESS' });
      await payments.submit('meridian', 'RecordConfigAttempt', id, attempt);
      expect(await payments.read('northwind', 'ListConfigAttempts', id)).toMatchObject([
        { number: 1, outcome: 'ACCEPTED' },
      ]);
      expect(await payments.refusal('northwind', 'WithdrawConfigUpdate', id)).toContain("MeridianMSP's to withdraw");
      expect(await payments.refusal('meridian', 'ProposeConfigUpdate', 'x', '', 'AAAA', '', '')).toContain(
        'configUpdate',
      );
    }, 240_000);

    test('a network that was elsewhere moves in, a page at a time', async () => {
      const first = {
        version: 1,
        source: 'elsewhere',
        network: { networkId: 'n-ABC', name: 'Moved' },
        votingPolicy: { threshold: 50, comparator: 'GREATER_THAN', durationHours: 24 },
        members: [{ mspId: 'MeridianMSP', name: 'Meridian', nativeId: 'm-1' }],
        complete: false,
      };
      await payments.submit('meridian', 'Bootstrap', JSON.stringify(first));
      expect(await payments.refusal('meridian', 'Propose', 'x', '', '{"kind":"TEXT","text":"x"}')).toContain(
        'The history of n-ABC is still being brought in by MeridianMSP',
      );
      const times = { openedAt: '2025-01-01T00:00:00Z', closesAt: '2025-01-02T00:00:00Z' };
      const old = { proposalId: 'p-1', title: 'Old', proposer: 'MeridianMSP', status: 'EXECUTED', yes: 1, ...times };
      const page = JSON.stringify({ proposals: [old], complete: true });
      await payments.submit('meridian', 'BootstrapPage', page);
      expect(await payments.refusal('meridian', 'BootstrapPage', page)).toContain('The history of n-ABC is complete');
      expect(await payments.read('meridian', 'GetProposal', 'p-1')).toMatchObject({
        imported: true,
        status: 'EXECUTED',
      });
      const alone = await payments.submit('meridian', 'Propose', 'x', '', '{"kind":"TEXT","text":"x"}');
      await payments.submit('meridian', 'CastVote', alone, 'YES', '');
      expect(await payments.read('meridian', 'GetProposal', alone)).toMatchObject({ status: 'EXECUTED' });
    }, 240_000);
  });
}

/** Members, proposals and votes as events leave them, in the order of their keys. */
function fold(events: readonly Changes[]) {
  const [members, proposals, votes] = [new Map<string, Member>(), new Map<string, Proposal>(), new Map<string, Vote>()];
  for (const changes of events) {
    for (const member of changes.members) members.set(member.mspId, member);
    for (const proposal of changes.proposals) proposals.set(proposal.proposalId, proposal);
    for (const vote of changes.votes) votes.set(`${vote.proposalId}/${vote.voter}`, vote);
  }
  const sorted = <T>(map: ReadonlyMap<string, T>) =>
    [...map].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
  return { members: sorted(members), proposals: sorted(proposals), votes: sorted(votes) };
}

/** Status and words of the orderer. */
async function broadcast(fabric: FabricWorld, envelope: common.Envelope): Promise<string> {
  const [ordering] = fabric.orderingOrganizations;
  if (ordering === undefined) throw new Error('nobody orders');
  const tls = credentials.createSsl(Buffer.from(ordering.tlsRootCertificatePem));
  const client = new orderer.AtomicBroadcastClient(ordering.ordererEndpoint, tls);
  try {
    const stream = client.broadcast({ deadline: Date.now() + 20_000 });
    stream.write(envelope);
    stream.end();
    for await (const answer of stream as AsyncIterable<orderer.BroadcastResponse>) {
      return `${answer.getStatus()} ${answer.getInfo()}`;
    }
    throw new Error('The orderer said nothing');
  } finally {
    client.close();
  }
}
