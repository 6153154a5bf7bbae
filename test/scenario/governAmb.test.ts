import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join as pathOf } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  ListInvitationsCommand,
  ListMembersCommand,
  type ManagedBlockchainClient,
} from '@aws-sdk/client-managedblockchain';
import { startAnvil } from '../../devnet/ethereum/index.js';
import { createAmbClient } from '../../src/governance/amb/index.js';
import { createNetwork, join, propose, vote, type AtNetwork } from '../support/ambNetwork.js';
import { GovernTable } from '../support/governTable.js';
import type { Operations } from '../support/operations.js';
import { motoIsHere, startMoto, type Moto } from '../support/moto.js';
import { configDirectory } from '../support/ownParley.js';
import { killLeftovers, startParley, type RunningParley } from '../support/parley.js';
import { ask, eventually } from '../support/world.js';

// Every operation of govern.graphql, as the file has it, for Amazon Managed Blockchain: members act through Parley alone. Amazon is asked
// only once a minute by itself, so what an answer shows was looked for because somebody wrote.
const here = await motoIsHere();

const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
const MECHANISM = 'AMB';
const ACCOUNT = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';
type Propose = Operations['Propose'][0]['input'];

(here ? describe : describe.skip)('members of a network of Amazon Managed Blockchain', () => {
  const files = configDirectory();
  let moto: Moto;
  let chain: Awaited<ReturnType<typeof startAnvil>>;
  let amazon: ManagedBlockchainClient;
  let parley: RunningParley;
  let config: string;
  let table: GovernTable;
  let harvest: AtNetwork;
  let meridian: string;
  let network: string;

  const invite = (account: string, more: object = {}): Propose => ({
    amb: { network, as: `member/${harvest.member}`, description: 'Invite a roaster', invitations: [account], ...more },
  });
  const proposed = async (input: Propose): Promise<string> => {
    const { propose: made } = await table.run('Propose', MECHANISM, { input }, harvest.member);
    expect(made.proposal).toMatchObject({ status: 'ACTIVE', mechanism: MECHANISM });
    return made.proposal.id;
  };
  const voted = async (
    proposal: string,
    member: string,
    idempotencyKey?: string,
  ): Promise<Operations['CastVote'][1]['castVote']> =>
    (await table.run('CastVote', MECHANISM, { input: { proposal, choice: 'YES', idempotencyKey } }, member)).castVote;
  const refusedVote = (proposal: string, choice: 'YES' | 'NO' | 'ABSTAIN', member: string, as?: string) =>
    table.refusal('CastVote', MECHANISM, { input: { proposal, choice, as } }, member);
  const pending = async (): Promise<string> => {
    const { network: found } = await table.run('NetworkGovernance', MECHANISM, { network }, harvest.member);
    return found?.invitations.edges.find(({ node }) => node.status === 'PENDING')?.node.id ?? '';
  };

  beforeAll(async () => {
    Object.assign(process.env, CREDENTIALS);
    moto = await startMoto();
    amazon = createAmbClient({ region: 'us-east-1', endpoint: moto.endpoint });
    harvest = await createNetwork(amazon);
    const first = await propose(amazon, harvest, { Invitations: [{ Principal: '123456789012' }] });
    await vote(amazon, harvest, first, 'YES');
    meridian = await join(amazon, harvest.network, await onlyInvitation(amazon), 'meridian');
    network = `network/${harvest.network}`;
    chain = await startAnvil({ slotsInAnEpoch: 1 });
    const acting = { networks: [harvest.network], actingMembers: [harvest.member, meridian] };
    config = files.write('amb', [{ name: 'settlement', ethereum: { chainId: 31_337, rpc: [chain.rpc] } }], {
      amb: [{ region: 'us-east-1', pollSeconds: 60, endpoint: moto.endpoint, ...acting }],
    });
    parley = await startParley(config, CREDENTIALS);
    table = new GovernTable(parley.url);
    await eventually('the network is read', async () => {
      const variables = { network };
      const { data, errors } = await ask(
        parley.url,
        table.operations.get('NetworkGovernance') ?? '',
        variables,
        'NetworkGovernance',
      );
      return errors === undefined && data?.['network'];
    });
  }, 360_000);
  afterAll(async () => {
    await killLeftovers();
    amazon.destroy();
    await chain.close();
    await moto.close();
    files.remove();
  }, 60_000);

  test('see what a proposal would be, make it, and vote on it once', async () => {
    const { previewProposal } = await table.run(
      'Preview',
      MECHANISM,
      { input: invite('2109-8765-4321') },
      harvest.member,
    );
    expect(previewProposal).toEqual({
      ...{ title: 'Invite a roaster', actions: [{ __typename: 'InviteMember' }], problems: [] },
      requirement: { __typename: 'ThresholdRule' },
    });
    const problems = async (input: Propose): Promise<unknown> => {
      const { previewProposal: draft } = await table.run('Preview', MECHANISM, { input }, harvest.member);
      return draft.problems.map(({ code, message }) => `${code}: ${message}`);
    };
    expect(await problems(invite('the roaster'))).toEqual([
      expect.stringMatching(/^INPUT_INVALID: That is no AWS account.*the roaster/),
    ]);
    expect(await problems(invite('', { invitations: undefined, removals: ['member/m-NOBODY'] }))).toEqual([
      'GOVERNANCE_REFUSED: m-NOBODY is not a member of the network',
    ]);
    const id = await proposed(invite('210987654321', { idempotencyKey: 'the first' }));
    expect(await proposed(invite('210987654321', { idempotencyKey: 'the first' }))).toBe(id);
    const another = { input: invite('333333333333', { idempotencyKey: 'the first' }) };
    expect(await table.refusal('Propose', MECHANISM, another, harvest.member)).toBe('IDEMPOTENCY_KEY_REUSED');
    const { viewer } = await table.run('Inbox', MECHANISM, {}, meridian);
    expect(viewer.inbox.edges.map(({ node }) => node.id)).toContain(id);

    expect(await refusedVote(id, 'ABSTAIN', harvest.member)).toBe('GOVERNANCE_REFUSED');
    expect(await voted(id, harvest.member, 'my vote')).toMatchObject({
      vote: { choice: 'YES', castAt: null, verified: false },
      ...{ proposal: { status: 'ACTIVE' }, transaction: null },
    });
    expect(await voted(id, harvest.member, 'my vote')).toMatchObject({ vote: { choice: 'YES' } });
    expect(await refusedVote(id, 'YES', harvest.member)).toBe('GOVERNANCE_REFUSED');
    expect(await voted(id, meridian)).toMatchObject({ proposal: { status: 'EXECUTED', tally: { satisfied: true } } });
    expect(await refusedVote(id, 'NO', meridian)).toBe('GOVERNANCE_REFUSED');

    const { proposal } = await table.run('ProposalDetail', MECHANISM, { id }, harvest.member);
    expect(proposal).toMatchObject({
      ...{ __typename: 'AmbProposal', status: 'EXECUTED', execution: { status: 'EXECUTED' } },
      votes: { edges: [{ node: { evidence: { __typename: 'ApiRecord' } } }, {}] },
      viewerVote: { choice: 'YES' },
    });
    for (const name of ['Withdraw', 'Execute'] as const)
      expect(await table.refusal(name, MECHANISM, { input: { proposal: id } }, harvest.member)).toBe(
        'GOVERNANCE_REFUSED',
      );
  });

  test('accept for an account that was invited; its administrator’s password is kept in a file for its owner alone', async () => {
    const invitation = await pending();
    const nameless = await table.refusal('AcceptInvitation', MECHANISM, { input: { invitation } }, harvest.member);
    expect(nameless).toBe('INPUT_INVALID');
    const input = { invitation, name: 'northwind' };
    const { acceptInvitation } = await table.run('AcceptInvitation', MECHANISM, { input }, harvest.member);
    expect(acceptInvitation.invitation).toMatchObject({ id: invitation, status: 'ACCEPTED' });
    const { Members } = await amazon.send(new ListMembersCommand({ NetworkId: harvest.network }));
    expect(Members?.map(({ Name }) => Name).sort()).toEqual(['harvest', 'meridian', 'northwind']);

    const directory = dirname(config);
    const [kept = ''] = readdirSync(directory).filter((file) => file.startsWith('amb-'));
    expect(statSync(pathOf(directory, kept)).mode & 0o777).toBe(0o600);
    const { username, password } = JSON.parse(readFileSync(pathOf(directory, kept), 'utf8')) as Record<string, string>;
    expect([username, password]).toEqual([
      'admin',
      expect.stringMatching(/^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[\w-]{8,32}$/),
    ]);
    expect(parley.output()).not.toContain(password);
    expect(await table.refusal('AcceptInvitation', MECHANISM, { input }, harvest.member)).toBe('GOVERNANCE_REFUSED');
  });

  test('decline, and are told what is wrong with what they ask', async () => {
    const id = await proposed(invite('111111111111'));
    await voted(id, harvest.member);
    await voted(id, meridian);
    const input = { invitation: await pending() };
    const { rejectInvitation } = await table.run('RejectInvitation', MECHANISM, { input }, meridian);
    expect(rejectInvitation.invitation.status).toBe('REJECTED');

    const refused = (given: Propose, member = harvest.member) =>
      table.refusal('Propose', MECHANISM, { input: given }, member);
    expect(await refused(invite('the roaster'))).toBe('INPUT_INVALID');
    expect(await refused(invite('123456789012', { description: 'x'.repeat(129) }))).toBe('INPUT_INVALID');
    expect(await refused({ amb: { network, as: `member/${harvest.member}` } })).toBe('INPUT_INVALID');
    const removal = { invitations: undefined, removals: ['member/m-NOBODY'] };
    expect(await refused(invite('', removal))).toBe('GOVERNANCE_REFUSED');
    expect(await refused(invite('123456789012'), meridian)).toBe('SIGNER_UNKNOWN');
    const stranger = invite('123456789012', { as: 'member/m-NOBODY' });
    const answer = await ask(parley.url, table.operations.get('Propose') ?? '', { input: stranger }, 'Propose');
    expect(answer.errors?.[0]).toMatchObject({
      message: expect.stringMatching(/Got: member\/m-NOBODY.*actingMembers/s),
      extensions: { code: 'SIGNER_UNKNOWN' },
    });
    const seen = await ask(parley.url, table.operations.get('Preview') ?? '', { input: stranger }, 'Preview');
    expect(seen.data?.['previewProposal']).toMatchObject({
      problems: [{ code: 'SIGNER_UNKNOWN' }, { code: 'GOVERNANCE_REFUSED' }],
    });
    const elsewhere = `mutation ($write: WriteInput!) { prepare(input: { write: $write, identity: { address: "${ACCOUNT}" } }) { id } }`;
    const prepared = await ask(parley.url, elsewhere, { write: { propose: invite('123456789012') } });
    expect(prepared.errors?.[0]).toMatchObject({
      message: expect.stringMatching(/nothing to be signed/),
      extensions: { code: 'INPUT_INVALID' },
    });
  });

  test('leave', async () => {
    const { leaveNetwork } = await table.run(
      'Leave',
      MECHANISM,
      { input: { network, as: `member/${meridian}` } },
      meridian,
    );
    expect(leaveNetwork.membership.status).toBe('REMOVED');
    expect(table.ran()).toEqual([...table.operations.keys()].map((name) => `${name} ${MECHANISM}`).sort());
  });
});

async function onlyInvitation(amazon: ManagedBlockchainClient): Promise<string> {
  const { Invitations } = await amazon.send(new ListInvitationsCommand({}));
  return Invitations?.[0]?.InvitationId ?? '';
}
