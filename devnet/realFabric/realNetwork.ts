import { join } from 'node:path';
import { freePorts } from '../fabric/material/freePorts.js';
import { createWorld, orderersOf } from '../fabric/material/world.js';
import type { NetworkOptions, World } from '../fabric/world.js';
import { joinPeer } from './joinPeer.js';
import type { FabricNode } from './nodeProcess.js';
import { joinOrderer, startOrderer, untilLeader, type OrdererPorts } from './ordererNode.js';
import { startPeer } from './peerNode.js';
import { versionOf, type FabricPrograms } from './programs.js';

/** A world on Fabric's own nodes: the same organisations, material and genesis blocks as the embedded one. */
export interface RealNetwork extends World {
  /** As the peer says it, as in `v3.1.5`. */
  readonly version: string;
  /** Process ids by the names of the organisations. */
  readonly pids: Readonly<Record<string, number>>;
  /** Resolves with a reason once a node has ended by itself. */
  readonly ended: Promise<string>;
  /** Ends every node, and waits for it; ledgers are kept. */
  close(): Promise<void>;
}

/** What the ports of a node beside its gRPC endpoint are needed for differs; every node needs two. */
const EXTRA_PORTS_PER_NODE = 2;

/**
 * Starts one orderer for each ordering organisation and one peer for each organisation, has them join their channels, and
 * waits until every channel orders. A second start in the same directory goes on with the ledgers there.
 * @throws {Error} with a node's last words where one does not start; the others are ended then
 */
export async function startRealNetwork(programs: FabricPrograms, options: NetworkOptions): Promise<RealNetwork> {
  const world = await createWorld(options);
  const version = await versionOf(programs.peer);
  const nodes: FabricNode[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(nodes.map((node) => node.stop()));
  };
  try {
    await startNodes(programs, version, world, nodes);
  } catch (error) {
    await close();
    throw error;
  }
  const pids = Object.fromEntries(nodes.map(({ name, pid }) => [name, pid]));
  const ended = Promise.race(nodes.map((node) => node.ended.then((reason) => `${node.name} ended: ${reason}`)));
  return { ...world, version, pids, ended, close };
}

async function startNodes(programs: FabricPrograms, version: string, world: World, nodes: FabricNode[]): Promise<void> {
  const { organizations, orderingOrganizations: orderers } = world;
  const ports = await freePorts(EXTRA_PORTS_PER_NODE * (orderers.length + organizations.length));
  const pair = (index: number): readonly [number, number] => [ports[2 * index] ?? 0, ports[2 * index + 1] ?? 0];
  const home = (name: string): string => join(world.directory, 'nodes', name);
  const ordererPorts = orderers.map((_, index): OrdererPorts => {
    const [admin, operations] = pair(index);
    return { admin, operations };
  });
  const starting = [
    ...orderers.map((organization, index) =>
      startOrderer(
        programs.orderer,
        home(organization.name),
        organization,
        ordererPorts[index] ?? { admin: 0, operations: 0 },
      ),
    ),
    ...organizations.map((organization, index) => {
      const [chaincode, operations] = pair(orderers.length + index);
      return startPeer(programs.peer, version, home(organization.name), organization, { chaincode, operations });
    }),
  ];
  // All are waited for, so that none is left running where another fails.
  const started = await Promise.allSettled(starting);
  for (const result of started) if (result.status === 'fulfilled') nodes.push(result.value);
  for (const result of started) if (result.status === 'rejected') throw result.reason;
  await joinChannels(world, ordererPorts);
}

async function joinChannels(world: World, ordererPorts: readonly OrdererPorts[]): Promise<void> {
  for (const channel of world.channels) {
    const orderers = orderersOf(channel, world.orderingOrganizations);
    await Promise.all(ordererPorts.slice(0, orderers.length).map(({ admin }) => joinOrderer(admin, channel)));
    const members = world.organizations.filter(({ mspId }) => channel.organizations.includes(mspId));
    await Promise.all(members.map((organization) => joinPeer(organization, channel)));
  }
  const [first] = ordererPorts;
  if (first === undefined) return;
  await Promise.all(world.channels.map((channel) => untilLeader(first.operations, channel)));
}
