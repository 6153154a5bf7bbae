import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as pathOf } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ListInvitationsCommand, type ManagedBlockchainClient } from '@aws-sdk/client-managedblockchain';
import { createAmbClient } from '../../src/governance/amb/index.js';
import type { NetworkExport } from '../../src/model/networkExport.js';
import { createNetwork, join, propose, vote } from '../support/ambNetwork.js';
import { CHANNEL, consortiumNetwork, FOUNDERS, type ConsortiumNetwork } from '../support/consortiumNetwork.js';
import { motoIsHere } from '../support/moto.js';
import { configDirectory, type ConfigDirectory } from '../support/ownParley.js';
import { killLeftovers, startParley, type RunningParley } from '../support/parley.js';
import { INVITED_ACCOUNT, startTellingMoto, type TellingMoto } from '../support/tellingMoto.js';
import { eventually, root } from '../support/world.js';

// A network of three members leaves Amazon Managed Blockchain, as docs/leaving-amb.md says: exported, brought in on a channel whose
// consortium chaincode keeps nothing yet, and asked the same before and after.
const here = await motoIsHere();

const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
const NAMES = ['harvest', 'meridian', 'northwind'] as const;

/** What a portal asks, without what names the mechanism and the ledger. */
const PORTAL = `query ($network: ID!) { network(id: $network) {
  id name description votingPolicy { threshold comparator durationHours }
  members { edges { node { id name status } } }
  proposals(first: 50) { edges { node {
    nativeId title body status statusSource opensAt closesAt proposer { id name } proposerInferred
    actions { __typename ... on InviteMember { memberName principal } ... on RemoveMember { member { id name } } }
    requirement { ... on ThresholdRule { threshold comparator durationHours } }
    tally { eligible choices { choice count weight } outstanding satisfied stillReachable missing { id } }
    votes { edges { node { voter { id name } choice nativeChoice weight castAt verified confirmation reason } } }
    history { status } execution { status attempts { at } }
  } } }
  invitations { edges { node { name principal status expiresAt createdAt member { id } proposal { id } } } }
} }`;
const NATIVE = `query ($network: ID!) { network(id: $network) { proposals(first: 50) { edges { node { id nativeId mechanism
  votes { edges { node { verified evidence { __typename ... on FabricTransaction { function creator { mspId } } } } } }
  history { cause { __typename } } } } } } }`;

interface Edge {
  readonly node: { readonly id: string; readonly nativeId: string };
}
const byId = (a: Edge, b: Edge): number => (a.node.nativeId < b.node.nativeId ? -1 : 1);
/** Who has not voted is a set. */
const withoutOrder = (text: string): unknown =>
  JSON.parse(text, (name, value: unknown) =>
    name === 'missing' ? (value as { id: string }[]).map(({ id }) => id).sort() : value,
  );
interface Moved {
  readonly network: {
    readonly members: { readonly edges: readonly { readonly node: { readonly id: string } }[] };
    readonly proposals: { readonly edges: readonly Edge[] };
  };
}

(here ? describe : describe.skip)('a network leaves Amazon Managed Blockchain', () => {
  const files = mkdtempSync(pathOf(tmpdir(), 'parley-leaving-'));
  const exported = pathOf(files, 'network.json');
  let moto: TellingMoto;
  let amazon: ManagedBlockchainClient;
  let fabric: ConsortiumNetwork;
  let config: ConfigDirectory;
  let parley: RunningParley;
  let id: string;
  let open: string;
  let members: readonly string[];
  let before: unknown;

  beforeAll(async () => {
    Object.assign(process.env, CREDENTIALS);
    [moto, fabric] = await Promise.all([
      startTellingMoto(),
      consortiumNetwork(pathOf(files, 'fabric'), { name: 'embedded', nodes: 'embedded', consensus: 'BFT' }),
    ]);
    config = configDirectory();
    amazon = createAmbClient({ region: 'us-east-1', endpoint: moto.endpoint });
    ({ id, members, open } = await decided(amazon));
  }, 240_000);
  afterAll(async () => {
    await killLeftovers();
    amazon?.destroy();
    config?.remove();
    await Promise.all([moto?.close(), fabric?.close()]);
    rmSync(files, { recursive: true, force: true });
  }, 120_000);

  const ledgers = () => {
    const { user1 } = fabric.organization('HarvestMSP').files.users;
    const connectionProfile = fabric.organization('HarvestMSP').files.connectionProfile;
    return [
      { name: CHANNEL, fabric: { channel: CHANNEL, connectionProfile, identity: { mspId: 'HarvestMSP', ...user1 } } },
    ];
  };
  const amb = () => ({ amb: [{ region: 'us-east-1', endpoint: moto.endpoint, networks: [id], pollSeconds: 1 }] });
  /** As the guide says: ids stay. */
  const moved = (network = id, known = members) => ({
    network: {
      id: network,
      name: 'Harbour',
      description: 'Coffee from farm to roaster',
      consortium: { channel: CHANNEL },
    },
    members: known
      .map((one, at) => ({ id: one, name: NAMES[at], mspIds: [FOUNDERS[at]] }))
      .sort((one, other) => (one.id < other.id ? -1 : 1)),
    signers: ['HarvestMSP', 'NorthwindMSP'].map((mspId) => ({
      ...{ id: mspId.toLowerCase(), member: mspId },
      ...(known.length === 0 ? {} : { member: known[FOUNDERS.findIndex((one) => one === mspId)] }),
      fabric: { mspId, ...fabric.organization(mspId).files.users['user1'] },
    })),
  });
  const asked = async (query: string, nativeId = id): Promise<unknown> => {
    const response = await fetch(`${parley.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables: { network: `network/${nativeId}` } }),
    });
    const { data, errors } = (await response.json()) as { data: unknown; errors?: unknown };
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    return data;
  };
  const whole = (query: string, nativeId = id): Promise<unknown> =>
    eventually(
      'the network is read',
      async () => {
        const data = (await asked(query, nativeId).catch(() => null)) as Moved | null;
        // Beside them stand definitions of the channel's chaincodes.
        const edges = data?.network?.proposals.edges.filter(({ node }) => node.nativeId.startsWith('p-'));
        return edges?.length === 5 && { network: { ...data?.network, proposals: { edges: edges.sort(byId) } } };
      },
      30_000,
    );
  const map = () => members.flatMap((one, at) => ['--map', `${one}=${FOUNDERS[at]}`]);
  /** What a command printed that had to succeed. */
  const done = async (...args: readonly string[]): Promise<string> => {
    const { code, output } = await command(...args);
    if (code !== 0) throw new Error(output);
    return output;
  };
  const bootstrap = (...args: readonly string[]) =>
    command('bootstrap', exported, '--config', pathOf(config.path, 'moved.yaml'), ...args);
  const who = 'cd'.repeat(32);

  test('is shown by Parley while it is there', async () => {
    parley = await startParley(config.write('before', ledgers(), amb()), CREDENTIALS);
    before = await whole(PORTAL);
    await parley.stop();
  }, 60_000);

  test('is written to a file, the same each time, that nothing is written over', async () => {
    const place = ['--region', 'us-east-1', '--network', id, '--endpoint', moto.endpoint];
    const first = await done('export', 'amb', ...place, '--out', exported);
    expect(first).toContain('4 over, 1 open; 8 votes');
    expect(first).toContain('Amazon does not tell:');
    const again = await command('export', 'amb', ...place, '--out', exported);
    expect(again).toMatchObject({ code: 1 });
    expect(again.output).toContain('--force');
    const text = readFileSync(exported, 'utf8');
    await done('export', 'amb', '--config', pathOf(config.path, 'before.yaml'), '-o', exported, '--force');
    const without = (content: string): unknown => ({ ...(JSON.parse(content) as NetworkExport), exportedAt: null });
    expect(without(readFileSync(exported, 'utf8'))).toEqual(without(text));
    expect(text).not.toContain('Password1');
  }, 60_000);

  test('is written though much is not told, as moto by itself does not', async () => {
    const bare = pathOf(files, 'bare.json');
    const place = ['--region', 'us-east-1', '--network', id, '--endpoint', moto.within, '--out', bare];
    expect(await done('export', 'amb', ...place)).toContain('who made some proposals, when, or what they were about');
    config.write('bare', ledgers(), moved());
    const args = ['--config', pathOf(config.path, 'bare.yaml'), '--signer', 'harvestmsp', '--dry-run'];
    const refused = await command('bootstrap', bare, ...args);
    expect(refused).toMatchObject({
      code: 1,
      output: expect.stringContaining(`until when ${open} is open is not told`),
    });
    const shown = await done('bootstrap', bare, ...args, '--leave-out-open');
    expect(shown).toMatch(new RegExp(`left behind +${open}, in-`));
    expect(shown).toContain('4 proposals, 7 votes, 2 invitations');
  }, 60_000);

  test('is not brought in from what is wrong', async () => {
    config.write('moved', ledgers(), moved(id, []));
    const refused = async (change: (said: Record<string, unknown>) => void, ...args: readonly string[]) => {
      const path = pathOf(files, 'changed.json');
      const said = JSON.parse(readFileSync(exported, 'utf8')) as Record<string, unknown>;
      change(said);
      writeFileSync(path, JSON.stringify(said));
      const { code, output } = await command('bootstrap', path, '--config', pathOf(config.path, 'moved.yaml'), ...args);
      expect(code).toBe(1);
      return output;
    };
    expect(await refused((said) => Object.assign(said, { version: 2 }))).toMatch(
      /version that is not read. Got: 2. Expected: 1/,
    );
    const cheat = await refused((said) => {
      const [first] = said['proposals'] as { counts: { yes: number } }[];
      if (first !== undefined) first.counts.yes += 1;
    });
    expect(cheat).toContain('The export was changed after it was written');
    const nothing = (): void => undefined;
    const unmapped = await refused(nothing, ...map().slice(0, 4), '--signer', 'harvestmsp');
    expect(unmapped).toMatch(
      new RegExp(`Got: nothing for ${members[2]} \\(northwind\\).*Fix: Give --map ${members[2]}=`),
    );
    expect(await refused(nothing, ...map().slice(0, 4), '--map', `${members[2]}=NorthwnidMSP`)).toMatch(
      /organisations that the channel does not have. Got: m-.*=NorthwnidMSP. Expected: among HarvestMSP/,
    );
    expect(await refused(nothing, ...map())).toMatch(/cannot go on as it is. Got: in-.* invites 123456789012/);
    expect(await refused(nothing, ...map(), '--leave-out-open')).toContain('Give --signer <id>');
    const large = pathOf(files, 'large.json');
    writeFileSync(large, '');
    truncateSync(large, 100 * 1024 * 1024);
    const { code, output } = await command('bootstrap', large, '--config', pathOf(config.path, 'moved.yaml'));
    expect([code, output]).toEqual([1, expect.stringContaining('larger than any export. Got: 104857600 bytes')]);
    rmSync(large);
  }, 120_000);

  test('is shown before it is brought in, brought in once, and proven equal', async () => {
    config.write('moved', ledgers(), moved());
    const args = ['--signer', 'harvestmsp', '--principal', `${INVITED_ACCOUNT}=${who}`];
    const shown = await bootstrap(...args, '--dry-run');
    expect([shown.code, shown.output]).toEqual([0, expect.anything()]);
    expect(shown.output).toMatch(/would submit 1 transaction of HarvestMSP, signed by harvestmsp/);
    expect(shown.output).toContain('Nothing was submitted.');
    expect((await bootstrap(...args, '--check')).output).toContain('Nothing was brought in yet');

    const done = await bootstrap(...args);
    expect(done).toEqual({ code: 0, output: expect.anything() });
    expect(done.output).toMatch(/✓ block \d+, transaction [0-9a-f]{64}: the network, its rule, 3 members/);
    expect(done.output).toContain(
      '✓ The chaincode holds what was exported: 3 members, 5 proposals, 8 votes, 3 invitations.',
    );
    const again = await bootstrap(...args);
    expect(again).toEqual({ code: 0, output: expect.anything() });
    expect(again.output).toContain('This move is done already: nothing was submitted.');
    // Another organisation compares by itself.
    expect(await bootstrap('--signer', 'northwindmsp', ...args.slice(2), '--check')).toMatchObject({ code: 0 });
    expect((await bootstrap('--signer', 'harvestmsp', '--leave-out-open', '--check')).code).toBe(0);
  }, 120_000);

  test('answers a portal as before', async () => {
    parley = await startParley(config.write('after', ledgers(), moved()));
    const after = (await whole(PORTAL)) as Moved;
    // Beside them stand organisations that order; who waits to be a member is known by what it signs with.
    const edges = after.network.members.edges.filter(({ node }) => node.id.startsWith('member/m-'));
    const text = JSON.stringify({ network: { ...after.network, members: { edges } } });
    expect(withoutOrder(text.replaceAll(who, INVITED_ACCOUNT))).toEqual(withoutOrder(JSON.stringify(before)));
    // Who kept a proposal's id finds it by that.
    const old = `proposal/amb/amb:${id}/${open}`;
    expect(await asked(`{ proposal(id: "${old}") { nativeId mechanism title } }`)).toMatchObject({
      proposal: { nativeId: open, mechanism: 'CONSORTIUM' },
    });
    expect(await asked(`{ proposal(id: "${old}X") { id } }`)).toEqual({ proposal: null });
    const { network } = (await whole(NATIVE)) as Moved;
    const cause = { __typename: 'FabricTransaction' };
    const evidence = { ...cause, function: 'Bootstrap', creator: { mspId: 'HarvestMSP' } };
    for (const { node } of network.proposals.edges as readonly { readonly node: Record<string, unknown> }[]) {
      expect(node).toMatchObject({ mechanism: 'CONSORTIUM' });
      const { edges } = node['votes'] as { readonly edges: readonly unknown[] };
      expect(edges).toEqual(edges.map(() => ({ node: { verified: false, evidence } })));
      expect(node['history']).toEqual((node['history'] as readonly unknown[]).map(() => ({ cause })));
    }
  }, 120_000);

  test('goes on where it was: the open proposal is decided by a vote that is signed', async () => {
    const { network } = (await whole(NATIVE)) as Moved;
    const proposal = network.proposals.edges.map(({ node }) => node.id).find((one) => one.endsWith(open));
    const query = `mutation ($input: CastVoteInput!) { castVote(input: $input) {
      vote { choice verified castAt } proposal { status nativeId history { status } } } }`;
    const body = JSON.stringify({ query, variables: { input: { proposal, choice: 'YES', signer: 'northwindmsp' } } });
    const headers = { 'content-type': 'application/json', 'parley-member': members[2] ?? '' };
    const response = await fetch(`${parley.url}/graphql`, { method: 'POST', headers, body });
    expect(await response.json()).toMatchObject({
      data: {
        castVote: {
          vote: { choice: 'YES', verified: true },
          proposal: { status: 'EXECUTED', nativeId: open, history: [{ status: 'ACTIVE' }, { status: 'EXECUTED' }] },
        },
      },
    });
    expect(await done('vote', 'verify', open, '--config', pathOf(config.path, 'after.yaml'))).toContain(
      'nothing differs',
    );
    const lived = await bootstrap('--signer', 'harvestmsp', '--leave-out-open', '--check');
    expect(lived).toEqual({ code: 0, output: expect.anything() });
    expect(lived.output).toContain('changed there since: member');
  }, 120_000);
});

/** Runs the command as a user does; gives its exit code and all that it printed. */
function command(...args: readonly string[]): Promise<{ readonly code: number; readonly output: string }> {
  return new Promise((resolve) => {
    const env = { ...process.env, ...CREDENTIALS };
    const child = spawn(process.execPath, ['dist/src/main.js', ...args], { cwd: root, env });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.once('close', (code) => resolve({ code: code ?? -1, output }));
  });
}

/**
 * Three members, four proposals that are over and one that is open.
 */
async function decided(amazon: ManagedBlockchainClient) {
  const { network, member: harvest } = await createNetwork(amazon, { network: 'Harbour', member: NAMES[0] });
  const invite = { Invitations: [{ Principal: '123456789012' }] };
  const by = (member: string) => ({ network, member });
  const decide = async (votes: readonly (readonly [string, 'YES' | 'NO'])[], what: string): Promise<string> => {
    const proposal = await propose(amazon, by(harvest), invite, what);
    for (const [member, choice] of votes) await vote(amazon, by(member), proposal, choice);
    return proposal;
  };
  const joined = async (name: string): Promise<string> => join(amazon, network, await invitation(amazon), name);
  await decide([[harvest, 'YES']], 'Invite Meridian Shipping\nThey carry what we grow.');
  const meridian = await joined(NAMES[1]);
  const both = [
    [harvest, 'YES'],
    [meridian, 'YES'],
  ] as const;
  await decide(both, 'Invite Northwind Bank');
  const northwind = await joined(NAMES[2]);
  await decide(both, 'Invite a roaster');
  await decide(
    [
      [harvest, 'NO'],
      [meridian, 'NO'],
    ],
    'Invite a second bank',
  );
  const open = await propose(amazon, by(meridian), { Removals: [{ MemberId: meridian }] });
  await vote(amazon, by(harvest), open, 'YES');
  return { id: network, open, members: [harvest, meridian, northwind] };
}

/** The one that waits. */
async function invitation(amazon: ManagedBlockchainClient): Promise<string> {
  const { Invitations = [] } = await amazon.send(new ListInvitationsCommand({}));
  const waiting = Invitations.find(({ Status }) => Status === 'PENDING')?.InvitationId;
  if (waiting === undefined) throw new Error('nobody is invited');
  return waiting;
}
