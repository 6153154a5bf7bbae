import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { environment } from '../../src/config/index.js';
import type { RunningChild } from '../childProcess.js';
import { DEV_WORLD_CHAINCODES, startChaincodes, type ChaincodeName } from '../chaincode/index.js';
import { deployChaincode, packageIdFor, type DeployOptions } from '../fabric/deploy.js';
import { launchFabric } from '../fabric/launch.js';
import { freePorts } from '../fabric/material/freePorts.js';
import { readyOf, type FabricReady } from '../fabric/ready.js';
import type { NetworkOptions, World } from '../fabric/world.js';
import { requireFabricPrograms, startRealNetwork } from '../realFabric/index.js';
import { portOrAny } from './ports.js';

export interface FabricWorldOptions {
  readonly directory: string;
  readonly kind: 'embedded' | 'real';
  readonly documentedPorts: boolean;
  /** Once aborted nothing further is begun; what was started is stopped. */
  readonly signal: AbortSignal;
}

/** The running Fabric half of the dev world: its nodes, and the process that serves the chaincodes. */
export interface FabricWorld extends World {
  readonly kind: 'embedded' | 'real';
  readonly pids: Readonly<Record<string, number>>;
  readonly ready: FabricReady;
  /** Resolves with a reason once one of its processes has ended by itself. */
  readonly ended: Promise<string>;
  close(): Promise<void>;
}

interface Nodes {
  readonly world: World;
  readonly pids: Readonly<Record<string, number>>;
  readonly ended: Promise<string>;
  close(): Promise<void>;
}

/** Starts Fabric's nodes, serves the chaincodes, and deploys what is not deployed yet. */
export async function startFabricWorld(
  options: FabricWorldOptions,
  progress: (text: string) => void,
): Promise<FabricWorld> {
  const nodes = await startNodes(options);
  let chaincodes: RunningChild | null = null;
  try {
    options.signal.throwIfAborted();
    progress('serving the chaincodes');
    const deployments = await deploymentsIn(options.directory);
    chaincodes = await startChaincodes(servedOf(deployments));
    for (const [index, deployment] of deployments.entries()) {
      options.signal.throwIfAborted();
      progress(`deploying ${deployment.name} on ${deployment.channel} (${index + 1} of ${deployments.length})`);
      await deployChaincode(membersOf(nodes.world, deployment.channel), deployment);
    }
    return fabricWorld(options.kind, nodes, chaincodes);
  } catch (error) {
    await chaincodes?.stop();
    await nodes.close();
    throw error;
  }
}

function fabricWorld(kind: 'embedded' | 'real', nodes: Nodes, chaincodes: RunningChild): FabricWorld {
  return {
    ...nodes.world,
    kind,
    pids: { ...nodes.pids, chaincode: chaincodes.pid },
    ready: readyOf(nodes.world, nodes.pids.fabric ?? 0),
    ended: Promise.race([nodes.ended, chaincodes.ended.then((reason) => `the chaincodes' process ended: ${reason}`)]),
    async close() {
      await chaincodes.stop();
      await nodes.close();
    },
  };
}

async function startNodes({ kind, directory, documentedPorts }: FabricWorldOptions): Promise<Nodes> {
  const options = await networkOptions(directory, documentedPorts);
  if (kind === 'embedded') {
    const fabric = await launchFabric(options);
    const ended = fabric.ended.then((reason) => `embedded Fabric ended: ${reason}`);
    return { world: fabric, pids: { fabric: fabric.pid }, ended, close: () => fabric.close() };
  }
  const real = await startRealNetwork(requireFabricPrograms(environment()), options);
  const ended = real.ended.then((reason) => `a real Fabric node ended: ${reason}`);
  return { world: real, pids: real.pids, ended, close: () => real.close() };
}

const PEERS = [
  { name: 'harvest', mspId: 'HarvestMSP', port: 7051 },
  { name: 'meridian', mspId: 'MeridianMSP', port: 8051 },
  { name: 'northwind', mspId: 'NorthwindMSP', port: 9051 },
] as const;

async function networkOptions(directory: string, documentedPorts: boolean): Promise<NetworkOptions> {
  const organizations = await Promise.all(
    PEERS.map(async ({ name, mspId, port }) => ({
      name,
      mspId,
      peerPort: documentedPorts ? await portOrAny(port) : 0,
    })),
  );
  return { directory, organizations };
}

const membersOf = (world: World, channel: string): World['organizations'] => {
  const members = world.channels.find(({ name }) => name === channel)?.organizations ?? [];
  return world.organizations.filter(({ mspId }) => members.includes(mspId));
};

type Deployment = DeployOptions & { readonly name: ChaincodeName };

/** A package names its service's address, so the addresses are chosen once and kept. */
async function deploymentsIn(directory: string): Promise<readonly Deployment[]> {
  const names = [...new Set(DEV_WORLD_CHAINCODES.map(({ name }) => name))];
  const ports = await keptPorts(join(directory, 'chaincodes.json'), names);
  return DEV_WORLD_CHAINCODES.map((chaincode) => ({
    ...chaincode,
    service: { address: `127.0.0.1:${ports[chaincode.name] ?? 0}` },
  }));
}

async function keptPorts(file: string, names: readonly string[]): Promise<Readonly<Record<string, number>>> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, number>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const free = await freePorts(names.length);
  const ports = Object.fromEntries(names.map((name, index) => [name, free[index] ?? 0]));
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, JSON.stringify(ports));
  return ports;
}

/** One service for each chaincode, whatever the number of channels that it is on. */
function servedOf(deployments: readonly Deployment[]) {
  const byName = new Map(deployments.map((deployment) => [deployment.name, deployment]));
  return [...byName.values()].map((deployment) => ({
    name: deployment.name,
    chaincodeId: packageIdFor(deployment),
    address: deployment.service.address,
  }));
}
