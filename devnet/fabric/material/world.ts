import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { common } from '@hyperledger/fabric-protos';
import { genesisBlock } from '../config/genesis.js';
import type {
  ChannelOptions,
  NetworkChannel,
  NetworkOptions,
  OrderingOrganization,
  OrganizationOptions,
  PeerOrganization,
  World,
} from '../world.js';
import { connectionProfile, type ProfilePeer } from './connectionProfile.js';
import { freePorts } from './freePorts.js';
import { organizationKeys, type OrganizationKeys } from './organization.js';

export const DEFAULT_ORGANIZATIONS: readonly OrganizationOptions[] = [
  { name: 'harvest', mspId: 'HarvestMSP' },
  { name: 'meridian', mspId: 'MeridianMSP' },
  { name: 'northwind', mspId: 'NorthwindMSP' },
];

export const DEFAULT_CHANNELS: readonly ChannelOptions[] = [
  { name: 'trade', consensus: 'BFT', organizations: ['HarvestMSP', 'MeridianMSP', 'NorthwindMSP'] },
  { name: 'payments', consensus: 'RAFT', organizations: ['MeridianMSP', 'NorthwindMSP'] },
];

/** A BFT channel goes on with one of four orderers down. */
const BFT_ORDERERS = 4;

/** What a directory holds: written when it is made, compared when it is found again. */
interface Plan {
  readonly organizations: readonly { readonly name: string; readonly mspId: string; readonly port: number }[];
  readonly ordererPorts: readonly number[];
  readonly channels: readonly ChannelOptions[];
}

/**
 * Makes organisations, certificates, ports, genesis blocks and connection profiles in a directory, or finds them there.
 * @throws {Error} where the directory holds another world than the options name
 */
export async function createWorld(options: NetworkOptions): Promise<World> {
  const directory = resolve(options.directory);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const plan = await keptPlan(join(directory, 'world.json'), options);
  const channels = plan.channels;
  const organizations: PeerOrganization[] = [];
  for (const { name, mspId, port } of plan.organizations) {
    const home = join(directory, 'organizations', name);
    organizations.push(peerOrganization(home, name, mspId, port, await organizationKeys(home, name, 'peer')));
  }
  const orderingOrganizations: OrderingOrganization[] = [];
  for (const [index, port] of plan.ordererPorts.entries()) {
    const name = `ordering${index + 1}`;
    const keys = await organizationKeys(join(directory, 'organizations', name), name, 'orderer');
    orderingOrganizations.push(orderingOrganization(name, `Ordering${index + 1}MSP`, port, keys));
  }
  for (const organization of organizations) writeProfile(organization, organizations, channels);
  const made = { organizations, orderingOrganizations };
  return { directory, ...made, channels: channels.map((channel) => keptGenesis(directory, channel, made)) };
}

function peerOrganization(
  home: string,
  name: string,
  mspId: string,
  port: number,
  keys: OrganizationKeys,
): PeerOrganization {
  const { node, userPaths, ...authorities } = keys;
  return {
    name,
    mspId,
    ...authorities,
    peerEndpoint: `localhost:${port}`,
    peer: node,
    files: { connectionProfile: join(home, 'connection.json'), users: userPaths },
  };
}

function orderingOrganization(name: string, mspId: string, port: number, keys: OrganizationKeys): OrderingOrganization {
  const { node, userPaths, ...authorities } = keys;
  return {
    ...{ name, mspId, ...authorities, peerEndpoint: null, peer: null },
    ...{ orderer: node, ordererEndpoint: `localhost:${port}`, files: { users: userPaths } },
  };
}

function writeProfile(
  own: PeerOrganization,
  organizations: readonly PeerOrganization[],
  channels: readonly ChannelOptions[],
): void {
  const others = organizations.filter((other) => other.mspId !== own.mspId).map(profilePeer);
  const byChannel = new Map(channels.map((channel) => [channel.name, channel.organizations]));
  const profile = connectionProfile(profilePeer(own), others, byChannel);
  writeFileSync(own.files.connectionProfile, `${JSON.stringify(profile, null, 2)}\n`);
}

function profilePeer(organization: PeerOrganization): ProfilePeer {
  const { mspId, name, peerEndpoint: endpoint, tlsRootCertificatePem } = organization;
  return { mspId, name, endpoint, tlsRootCertificatePem };
}

/** The genesis block is made once: its hash is the channel's identity. */
function keptGenesis(
  directory: string,
  channel: ChannelOptions,
  world: Pick<World, 'organizations' | 'orderingOrganizations'>,
): NetworkChannel {
  const path = join(directory, 'channels', `${channel.name}.genesis.block`);
  if (existsSync(path)) {
    return { ...channel, genesis: common.Block.deserializeBinary(new Uint8Array(readFileSync(path))) };
  }
  const genesis = genesisBlock({
    ...channel,
    organizations: channel.organizations.map((mspId) => organizationOf(world.organizations, mspId)),
    orderers: orderersOf(channel, world.orderingOrganizations),
  });
  mkdirSync(join(directory, 'channels'), { recursive: true });
  writeFileSync(path, genesis.serializeBinary());
  return { ...channel, genesis };
}

/** The orderers of a channel: the first alone for RAFT, all for BFT. */
export function orderersOf(
  channel: Pick<ChannelOptions, 'consensus'>,
  orderers: readonly OrderingOrganization[],
): readonly OrderingOrganization[] {
  return channel.consensus === 'RAFT' ? orderers.slice(0, 1) : orderers;
}

function organizationOf(organizations: readonly PeerOrganization[], mspId: string): PeerOrganization {
  const found = organizations.find((organization) => organization.mspId === mspId);
  if (found !== undefined) return found;
  const known = organizations.map((organization) => organization.mspId).join(', ');
  throw new Error(`A channel names an organisation that is not there. Got: ${mspId}. Expected: one of ${known}.`);
}

async function keptPlan(path: string, options: NetworkOptions): Promise<Plan> {
  const wanted = await plan(options);
  if (!existsSync(path)) {
    writeFileSync(path, `${JSON.stringify(wanted, null, 2)}\n`);
    return wanted;
  }
  const kept = JSON.parse(readFileSync(path, 'utf8')) as Plan;
  const [got, expected] = [shape(wanted, options), shape(kept, options)];
  if (got === expected) return kept;
  throw new Error(
    `${path} describes another world. Got: ${got}. Expected: ${expected}. Fix: start over with --fresh, or name what the directory holds.`,
  );
}

async function plan(options: NetworkOptions): Promise<Plan> {
  const organizations = options.organizations ?? DEFAULT_ORGANIZATIONS;
  const channels = options.channels ?? DEFAULT_CHANNELS;
  const orderers = channels.some((channel) => channel.consensus === 'BFT') ? BFT_ORDERERS : 1;
  const free = await freePorts(organizations.length + orderers);
  const port = (wanted: number | undefined, index: number): number => wanted || (free[index] ?? 0);
  return {
    organizations: organizations.map(({ name, mspId, peerPort }, index) => ({
      name,
      mspId,
      port: port(peerPort, index),
    })),
    ordererPorts: Array.from({ length: orderers }, (_, index) =>
      port(options.ordererPorts?.[index], organizations.length + index),
    ),
    channels,
  };
}

/** What must be equal for a directory to be used again; ports only where the options name them. */
function shape(world: Plan, options: NetworkOptions): string {
  const { organizations = [], ordererPorts = [] } = options;
  return JSON.stringify({
    organizations: world.organizations.map(({ name, mspId, port }, index) =>
      organizations[index]?.peerPort ? [name, mspId, port] : [name, mspId],
    ),
    ordererPorts: world.ordererPorts.map((port, index) => (ordererPorts[index] ? port : 0)),
    channels: world.channels,
  });
}
