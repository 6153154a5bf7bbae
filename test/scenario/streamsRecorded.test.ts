import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createAuthority } from '../../devnet/fabric/material/authority.js';
import { startReplay, type ReplayPeer } from '../../devnet/fabric/replay.js';
import { recordedBytes, recordedFacts, type BlockFacts } from '../unit/ledgers/fabric/recorded.js';
import { operations } from '../support/operations.js';
import { configDirectory, type ConfigDirectory } from '../support/ownParley.js';
import { killLeftovers, startParley, type RunningParley } from '../support/parley.js';
import { collect } from '../support/streamClients/collecting.js';
import { apolloMultipart, graphqlSse, graphqlWs } from '../support/streamClients/index.js';
import { ask, eventually } from '../support/world.js';

// A channel recorded from real nodes, delivered block by block to a running Parley: who joined and who left arrives as its facts tell.

const facts = recordedFacts();
const ledger = `fabric:${(facts.blocks[0]?.headerHash ?? '').slice(0, 32)}`;

let directory: ConfigDirectory;
let peer: ReplayPeer;
let parley: RunningParley;
beforeAll(async () => {
  directory = configDirectory();
  const authority = await createAuthority('tls', 'Replay');
  const tls = await authority.issue({ commonName: 'localhost', organization: 'Replay', hosts: ['localhost'] });
  const client = await authority.issue({ commonName: 'reader', organization: 'Replay', unit: 'client' });
  // Nothing is there yet: streams that begin now are told of the genesis block too.
  peer = await startReplay({ channel: facts.channel, blocks: recordedBytes, tls, height: 0 });
  const write = (name: string, text: string): string => {
    writeFileSync(join(directory.path, name), text);
    return `./${name}`;
  };
  const profile = {
    organizations: { Org1: { mspid: 'Org1MSP', peers: ['own'] } },
    peers: { own: { url: `grpcs://${peer.endpoint}`, tlsCACerts: { pem: authority.keys.certificatePem } } },
  };
  const identity = {
    mspId: 'Org1MSP',
    certificate: write('cert.pem', client.certificatePem),
    privateKey: write('key.pem', client.privateKeyPem),
  };
  const fabric = {
    channel: facts.channel,
    connectionProfile: write('profile.json', JSON.stringify(profile)),
    genesisHash: facts.blocks[0]?.headerHash,
    identity,
  };
  parley = await startParley(directory.write('recorded', [{ name: 'trade', fabric }]));
}, 240_000);
afterAll(async () => {
  await killLeftovers();
  await peer.close();
  directory.remove();
}, 240_000);

interface Told {
  readonly block: number;
  readonly change: string;
  readonly mspId: string;
  readonly role: string;
  readonly status: string;
}

/** Who came and who went from one configuration to the next, as the facts name the organisations of each. */
function changesOf(block: BlockFacts, before: BlockFacts | undefined): Told[] {
  const compare = (role: string, now: readonly string[] = [], then: readonly string[] = []): Told[] => [
    ...now.filter((name) => !then.includes(name)).map((name) => told(block, 'JOINED', name, role, 'ACTIVE')),
    ...then.filter((name) => !now.includes(name)).map((name) => told(block, 'REMOVED', name, role, 'REMOVED')),
  ];
  const [now, then] = [block.config, before?.config];
  return [
    ...compare('MEMBER', now?.applicationOrgs, then?.applicationOrgs),
    ...compare('ORDERER', now?.ordererOrgs, then?.ordererOrgs),
  ];
}
const told = ({ number }: BlockFacts, change: string, name: string, role: string, status: string): Told => ({
  ...{ block: number, change, mspId: `${name}MSP`, role, status },
});

const configs = facts.blocks.filter(({ config }) => config !== undefined);
const expected = configs.flatMap((block, i) => changesOf(block, configs[i - 1]));

interface Item {
  readonly cursor: string;
  readonly change: string;
  readonly kind: string;
  readonly membership: { readonly nativeId: string; readonly role: string; readonly status: string };
  readonly cause: { readonly __typename: string; readonly id: string } | null;
}
const shown = ({ change, membership, cause }: Item): Told => ({
  block: Number(cause?.id.slice(`${ledger}/block/`.length)),
  change,
  mspId: membership.nativeId,
  role: membership.role,
  status: membership.status,
});
/** Inside one block the order of organisations is nobody's promise here. */
const inOrder = (all: readonly Told[]): readonly Told[] =>
  [...all].sort((a, b) => a.block - b.block || a.mspId.localeCompare(b.mspId));

async function streaming(count: number): Promise<void> {
  await eventually('all are subscribed', async () => {
    const text = await (await fetch(`${parley.url}/metrics`)).text();
    const lines = text.split('\n').filter((line) => line.startsWith('parley_stream_subscribers{'));
    return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0) === count;
  });
}

test('the recorded channel arrives over each transport as the membership changes that its facts tell, with their blocks as evidence', async () => {
  expect(expected.map(({ block, change, mspId }) => [block, change, mspId])).toEqual(
    expect.arrayContaining([
      [0, 'JOINED', 'Org1MSP'],
      [37, 'JOINED', 'Org3MSP'],
      [46, 'REMOVED', 'Org3MSP'],
    ]),
  );
  const query = operations().get('MembershipChanges') ?? '';
  const clients = [graphqlWs, graphqlSse, apolloMultipart].map((kind) => ({ kind, client: kind.connect(parley.url) }));
  const streams = clients.map(({ kind, client }) => ({
    name: kind.name,
    stream: client.open({ query, operationName: 'MembershipChanges', variables: {} }),
  }));
  await streaming(streams.length);
  // As a network lives: a block, and another one.
  for (let height = 1; height <= facts.height; height += 1) peer.show(height);

  for (const { name, stream } of streams) {
    const items = await collect<Item>(name, stream, (all) => all.length >= expected.length);
    expect([name, inOrder(items.map(shown))]).toEqual([name, inOrder(expected)]);
    expect(items.map(shown).map(({ block }) => block)).toEqual(expected.map(({ block }) => block));
    expect(new Set(items.map(({ kind, cause }) => `${kind} ${cause?.__typename}`))).toEqual(
      new Set(['APPENDED FabricBlock']),
    );
  }
  // The rest of the channel tells nothing more, and each block that was named is the one that was recorded.
  await eventually('the whole channel is indexed', async () => {
    const { data } = await ask(parley.url, '{ ledgers { height } }');
    return Number((data as { ledgers: readonly { height: string }[] }).ledgers[0]?.height) === facts.height - 1;
  });
  for (const { stream } of streams) expect(stream.results).toHaveLength(expected.length);
  for (const number of new Set(expected.map(({ block }) => block))) {
    const { data } = await ask(parley.url, 'query ($id: ID!) { node(id: $id) { ... on FabricBlock { hash } } }', {
      id: `${ledger}/block/${number}`,
    });
    expect(data).toEqual({ node: { hash: facts.blocks[number]?.headerHash } });
  }
  for (const { client } of clients) await client.close();
});
