import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CreateNodeCommand, type ManagedBlockchainClient } from '@aws-sdk/client-managedblockchain';
import { startAnvil } from '../../devnet/ethereum/index.js';
import { createAmbClient } from '../../src/governance/amb/index.js';
import { createNetwork, join, propose, vote, type AtNetwork } from '../support/ambNetwork.js';
import { hushedDoor, type HushedDoor } from '../support/hushedDoor.js';
import { motoIsHere, startMoto, type Moto } from '../support/moto.js';
import { configDirectory } from '../support/ownParley.js';
import { killLeftovers, startParley, type RunningParley } from '../support/parley.js';
import { collect } from '../support/streamClients/collecting.js';
import { graphqlWs, type StreamClient } from '../support/streamClients/index.js';
import { eventually, root, type GraphAnswer } from '../support/world.js';

// Members decide at Amazon Managed Blockchain, through the AWS SDK alone; a Parley that reads along shows it. What moto does otherwise
// than AWS is listed in test/support/moto.ts.
const here = await motoIsHere();

const NETWORK = `query ($network: ID!) {
  network(id: $network) {
    id name description framework nativeStatus createdAt
    votingPolicy { threshold comparator durationHours }
    members { totalCount edges { node { id name status nativeStatus } } }
    memberships { edges { node { id nativeId role status since until recordedOn { id } network { id }
      evidence { __typename ... on ApiRecord { source record } } } } }
    nodes { edges { node { id name role endpoint health nativeStatus member { id } positions { height } } } }
    ledgers { id }
    proposals { edges { node { id } } }
    invitations { edges { node { id name principal status expiresAt network { id } proposal { id } } } }
  }
}`;
const PROPOSAL = `query ($id: ID!) {
  node(id: $id) { __typename ... on Proposal {
    nativeId mechanism title body status nativeStatus statusSource opensAt closesAt proposerInferred
    network { id name } recordedOn { id } proposer { id name }
    actions { __typename ... on InviteMember { memberName principal } ... on RemoveMember { member { id name } } }
    requirement { ... on ThresholdRule { threshold comparator durationHours } }
    tally { eligible choices { choice count weight } outstanding satisfied stillReachable missing { id } }
    votes { edges { node { id voter { id } choice nativeChoice weight castAt verified confirmation
      evidence { __typename ... on ApiRecord { source record } } } } }
    history { status at cause { __typename } }
    execution { status attempts { at error { code } } transaction { hash } }
    viewerVote { choice }
    ... on AmbProposal { arn }
  } }
}`;
const INBOX = `{ viewer { members { id } inbox { totalCount edges { node { nativeId mechanism } } } } }`;
const PROPOSALS = `subscription ($network: ID!, $after: Cursor) {
  proposalChanged(filter: { network: $network }, after: $after) {
    cursor kind change at proposal { id status tally { outstanding } } cause { __typename }
  }
}`;
const VOTES = `subscription { voteCast { kind vote { choice castAt voter { name } } proposal { mechanism nativeId } } }`;
const MEMBERS = `subscription ($network: ID!) {
  membershipChanged(network: $network) {
    kind change membership { nativeId status recordedOn { id } } cause { __typename ... on ApiRecord { source } }
  }
}`;
const BLOCKS = `{ ledgers { id } blocks(first: 100) { edges { node { ledger { id } } } } }`;

const run = promisify(execFile);
/** Amazon's own tools find them so; moto takes any. */
const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
const NO_LEDGER = `query ($id: ID!, $block: ID!) {
  ledger(id: $id) { id }
  block(by: { number: { ledger: $id, number: "0" } }) { id }
  asNode: node(id: $id) { id }
  asBlock: node(id: $block) { id }
  found: search(text: "1", types: [BLOCK]) { edges { node { ... on FabricBlock { id } } } }
  activity(ledgers: [$id], bucket: DAY, time: {}) { blocks }
}`;

interface ProposalSeen {
  readonly cursor: string;
  readonly change: string;
  readonly proposal: { readonly id: string; readonly status: string };
}
interface MemberSeen {
  readonly change: string;
  readonly membership: { readonly nativeId: string };
}

(here ? describe : describe.skip)('a network of Amazon Managed Blockchain', () => {
  const files = configDirectory();
  let moto: Moto;
  let door: HushedDoor;
  let chain: Awaited<ReturnType<typeof startAnvil>>;
  let amazon: ManagedBlockchainClient;
  let config: string;
  let parley: RunningParley;
  let streams: StreamClient;
  let harvest: AtNetwork;
  let invite: string;
  const seen: ProposalSeen[] = [];

  const graph = async (query: string, variables: object = {}, member?: string): Promise<GraphAnswer> => {
    const headers = {
      'content-type': 'application/json',
      ...(member === undefined ? {} : { 'parley-member': member }),
    };
    const body = JSON.stringify({ query, variables });
    return (await (await fetch(`${parley.url}/graphql`, { method: 'POST', headers, body })).json()) as GraphAnswer;
  };
  const data = async (query: string, variables: object = {}, member?: string): Promise<Record<string, unknown>> => {
    const answer = await graph(query, variables, member);
    if (answer.errors !== undefined || answer.data === null) throw new Error(JSON.stringify(answer));
    return answer.data;
  };
  const network = async (): Promise<Record<string, unknown>> =>
    (await data(NETWORK, { network: `network/${harvest.network}` }))['network'] as Record<string, unknown>;
  const proposalId = (nativeId: string): string => `proposal/amb/amb:${harvest.network}/${nativeId}`;
  const proposal = async (nativeId: string): Promise<Record<string, unknown> | null> =>
    (await data(PROPOSAL, { id: proposalId(nativeId) }))['node'] as Record<string, unknown> | null;
  const command = async (name: string): Promise<string> => {
    const options = { cwd: root, env: { ...process.env, ...CREDENTIALS } };
    return (await run(process.execPath, ['bin/parley.js', name, '--config', config], options)).stdout;
  };
  const start = async (): Promise<void> => {
    parley = await startParley(config, CREDENTIALS);
    streams = graphqlWs.connect(parley.url);
  };

  beforeAll(async () => {
    Object.assign(process.env, CREDENTIALS);
    moto = await startMoto();
    door = await hushedDoor(Number(new URL(moto.endpoint).port));
    amazon = createAmbClient({ region: 'us-east-1', endpoint: moto.endpoint });
    harvest = await createNetwork(amazon);
    chain = await startAnvil({ slotsInAnEpoch: 1 });
    const polled = { region: 'us-east-1', pollSeconds: 1, endpoint: `http://127.0.0.1:${door.port}` };
    config = files.write('amb', [{ name: 'settlement', ethereum: { chainId: 31_337, rpc: [chain.rpc] } }], {
      amb: [{ ...polled, networks: [harvest.network], actingMembers: [harvest.member] }],
    });
    await start();
  }, 120_000);
  afterAll(async () => {
    await streams.close();
    await killLeftovers();
    amazon.destroy();
    await Promise.all([chain.close(), door.shut()]);
    await moto.close();
    files.remove();
  }, 60_000);

  test('comes by itself beside the configured one', async () => {
    const shown = await eventually('the network is read', async () => {
      const { data: found } = await graph(NETWORK, { network: `network/${harvest.network}` });
      const one = found?.['network'] as Record<string, unknown>;
      return one['framework'] === null ? null : one;
    });
    expect(shown).toMatchObject({
      ...{ id: `network/${harvest.network}`, name: 'trade', framework: 'HYPERLEDGER_FABRIC 1.2', ledgers: [] },
      votingPolicy: { threshold: 50, comparator: 'GREATER_THAN', durationHours: 24 },
      members: {
        totalCount: 1,
        edges: [{ node: { id: `member/${harvest.member}`, name: 'harvest', status: 'ACTIVE' } }],
      },
    });
    expect(shown['memberships']).toMatchObject({
      edges: [{ node: { nativeId: harvest.member, status: 'ACTIVE', recordedOn: null, network: { id: shown['id'] } } }],
    });
    const { networks, members } = await data(
      '{ networks { edges { node { id } } } members { edges { node { id } } } }',
    );
    expect(networks).toEqual({ edges: [{ node: { id: 'network/harbour' } }, { node: { id: shown['id'] } }] });
    expect(members).toEqual({ edges: [{ node: { id: `member/${harvest.member}` } }] });
  });

  test('has its proposals and votes told as they are found, and is no ledger', async () => {
    const variables = { network: `network/${harvest.network}` };
    const proposals = streams.open({ query: PROPOSALS, variables });
    const votes = streams.open({ query: VOTES });
    await eventually('the streams are open', async () => (await data(INBOX))['viewer']);
    invite = await propose(
      amazon,
      harvest,
      { Invitations: [{ Principal: '123456789012' }] },
      'Invite the roaster\nSoon.',
    );
    const open = await eventually('the proposal is seen', () => proposal(invite));
    expect(open).toMatchObject({
      ...{ __typename: 'AmbProposal', nativeId: invite, mechanism: 'AMB', title: 'Invite the roaster' },
      ...{ body: 'Invite the roaster\nSoon.', status: 'ACTIVE', nativeStatus: 'IN_PROGRESS', recordedOn: null },
      network: { id: variables.network, name: 'trade' },
      // moto tells of neither (3 and 4 of its list), nor when it closes.
      ...{ proposer: null, actions: [], closesAt: null },
      tally: { eligible: '1', outstanding: '1', satisfied: false, stillReachable: true },
      ...{ votes: { edges: [] }, execution: null },
    });
    expect((open['tally'] as { missing: unknown }).missing).toEqual([{ id: `member/${harvest.member}` }]);

    await vote(amazon, harvest, invite, 'YES');
    const told = await collect<ProposalSeen>('the proposal is decided', proposals, (items) => items.length >= 2);
    seen.push(...told);
    expect(told).toMatchObject([
      { kind: 'APPENDED', change: 'OPENED', proposal: { id: proposalId(invite), status: 'ACTIVE' } },
      { kind: 'APPENDED', change: 'EXECUTED', proposal: { status: 'EXECUTED', tally: { outstanding: '0' } } },
    ]);
    expect(await collect('the vote is told', votes, (items) => items.length >= 1)).toEqual([
      {
        kind: 'APPENDED',
        vote: { choice: 'YES', castAt: null, voter: { name: 'harvest' } },
        proposal: { mechanism: 'AMB', nativeId: invite },
      },
    ]);
    proposals.stop();
    votes.stop();

    const { ledgers, blocks } = await data(BLOCKS);
    expect(ledgers).toEqual([{ id: 'eip155:31337' }]);
    expect(JSON.stringify(blocks)).not.toContain('amb:');
    const id = `amb:${harvest.network}`;
    const none = { ledger: null, block: null, asNode: null, asBlock: null, found: { edges: [] }, activity: [] };
    expect(await data(NO_LEDGER, { id, block: `${id}/block/0` })).toEqual(none);
  });

  test('shows what was decided, without a time or a proof of votes', async () => {
    const node = {
      choice: 'YES',
      nativeChoice: 'YES',
      weight: '1',
      castAt: null,
      verified: false,
      confirmation: 'FINAL',
    };
    const source = `amb:${harvest.network}`;
    expect(await proposal(invite)).toMatchObject({
      ...{ status: 'EXECUTED', nativeStatus: 'APPROVED', statusSource: 'OBSERVED' },
      tally: {
        choices: [
          { choice: 'YES', count: 1, weight: '1' },
          { choice: 'NO', count: 0 },
        ],
        satisfied: true,
        missing: [],
      },
      votes: { edges: [{ node: { ...node, evidence: { __typename: 'ApiRecord', source, record: { Vote: 'YES' } } } }] },
      history: [{ status: 'ACTIVE' }, { status: 'EXECUTED', cause: { __typename: 'ApiRecord' } }],
      execution: { status: 'EXECUTED', attempts: [], transaction: null },
    });
    const { edges } = (await network())['invitations'] as { edges: readonly { node: Record<string, unknown> }[] };
    expect(edges).toMatchObject([{ node: { status: 'PENDING', name: null, proposal: null } }]);
    const id = edges[0]?.node['id'];
    const { node: invitation } = await data('query ($id: ID!) { node(id: $id) { id __typename } }', { id });
    expect(invitation).toEqual({ id, __typename: 'Invitation' });
  });

  test('takes in who accepts, with its nodes, and puts what waits into its inbox', async () => {
    const changes = streams.open({ query: MEMBERS, variables: { network: `network/${harvest.network}` } });
    await eventually('the stream is open', async () => (await data(INBOX))['viewer']);
    const { edges } = (await network())['invitations'] as { edges: readonly { node: { id: string } }[] };
    const meridian = await join(amazon, harvest.network, String(edges[0]?.node.id.split('/').at(-1)), 'meridian');
    const told = await collect<MemberSeen>('meridian joins', changes, (items) => items.length >= 1);
    const cause = { __typename: 'ApiRecord', source: `amb:${harvest.network}` };
    expect(told).toEqual([
      {
        ...{ kind: 'APPENDED', change: 'JOINED', cause },
        membership: { nativeId: meridian, status: 'ACTIVE', recordedOn: null },
      },
    ]);
    await amazon.send(
      new CreateNodeCommand({
        ...{ ClientRequestToken: 'node', NetworkId: harvest.network, MemberId: meridian },
        NodeConfiguration: {
          ...{ InstanceType: 'bc.t3.small', AvailabilityZone: 'us-east-1a' },
          LogPublishingConfiguration: { Fabric: { PeerLogs: { Cloudwatch: { Enabled: false } } } },
        },
      }),
    );
    const nodes = await eventually('the node is seen', async () => {
      const found = (await network())['nodes'] as { edges: readonly { node: { id: string } }[] };
      return found.edges.length === 0 ? null : found.edges;
    });
    expect(nodes).toMatchObject([
      {
        node: {
          role: 'PEER',
          health: 'HEALTHY',
          nativeStatus: 'AVAILABLE',
          member: { id: `member/${meridian}` },
          positions: [],
        },
      },
    ]);
    const id = nodes[0]?.node.id;
    expect(await data('query ($id: ID!) { node(id: $id) { id } }', { id })).toEqual({ node: { id } });
    expect((await network())['invitations']).toMatchObject({ edges: [{ node: { status: 'ACCEPTED' } }] });

    const removal = await propose(amazon, harvest, { Removals: [{ MemberId: meridian }] });
    await eventually('the removal is seen', () => proposal(removal));
    await vote(amazon, harvest, removal, 'YES');
    await eventually('the first vote is seen', async () => {
      const found = (await proposal(removal)) as { tally: { outstanding: string } };
      return found.tally.outstanding === '1';
    });
    const waiting = { edges: [{ node: { nativeId: removal, mechanism: 'AMB' } }], totalCount: 1 };
    expect(await data(INBOX, {}, meridian)).toEqual({
      viewer: { members: [{ id: `member/${meridian}` }], inbox: waiting },
    });
    // Who voted has nothing waiting; without a header the caller acts for the members that the configuration names.
    const done = { viewer: { members: [{ id: `member/${harvest.member}` }], inbox: { edges: [], totalCount: 0 } } };
    expect([await data(INBOX, {}, harvest.member), await data(INBOX)]).toEqual([done, done]);

    await vote(amazon, { ...harvest, member: meridian }, removal, 'YES');
    const left = await collect<MemberSeen>('meridian is removed', changes, (items) => items.length >= 2);
    expect(left[1]).toMatchObject({ change: 'REMOVED', membership: { nativeId: meridian, status: 'REMOVED' } });
    changes.stop();
  });

  test('is told on from a cursor, after Parley was stopped and its index rebuilt while members went on', async () => {
    await streams.close();
    expect(await parley.stop()).toBe(0);
    expect(await command('rebuild')).toMatch(new RegExp(`amb:${harvest.network}: \\d+ blocks derived again`));
    const said = await command('doctor');
    expect(said).toMatch(/trade may be read: 2 members, 2 proposals/);
    expect(said).toContain(`${harvest.member} (harvest) may be acted for`);
    const missed = await propose(amazon, harvest, { Invitations: [{ Principal: '210987654321' }] });
    await start();
    const variables = { network: `network/${harvest.network}`, after: seen.at(-1)?.cursor };
    const stream = streams.open({ query: PROPOSALS, variables });
    const isThere = ({ proposal: { id } }: ProposalSeen): boolean => id === proposalId(missed);
    const told = await collect<ProposalSeen>('what was missed', stream, (items) => items.some(isThere));
    expect(told.map(({ change }) => change)).toEqual(['OPENED', 'VOTE_CAST', 'EXECUTED', 'OPENED']);
    stream.stop();
  });

  test('is served as it was, and marked as stale, while Amazon does not answer', async () => {
    await door.shut();
    const behind = await eventually('readyz says so', async () => {
      const answer = await fetch(`${parley.url}/readyz`);
      return answer.status === 503 ? ((await answer.json()) as { behind: object[] }) : null;
    });
    expect(behind.behind).toMatchObject([{ name: `amb:${harvest.network}`, problem: expect.stringMatching(/Amazon/) }]);
    const { data: served, extensions } = await graph(NETWORK, { network: `network/${harvest.network}` });
    expect(served?.['network']).toMatchObject({ name: 'trade', members: { totalCount: 2 } });
    expect(JSON.stringify(extensions)).toContain(`amb:${harvest.network}`);

    await door.open();
    const later = await propose(amazon, harvest, { Invitations: [{ Principal: '111111111111' }] });
    await eventually('what came meanwhile is found', () => proposal(later));
    await eventually('it is ready again', async () => (await fetch(`${parley.url}/readyz`)).ok);
  });
});
