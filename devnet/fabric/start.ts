import { join } from 'node:path';
import { createNetwork } from './network.js';
import type { FabricNetwork } from './network.js';
import { Channel } from './peer/channel.js';
import { Registry } from './peer/gateway/registry.js';
import { PeerNode } from './peer/node.js';
import { servePeer } from './peer/server.js';
import type { PeerServer } from './peer/server.js';
import type { NetworkOptions, World } from './world.js';

const DEFAULT_TIMEOUT_MS = 30_000;

export interface FabricOptions extends NetworkOptions {
  /** How long a chaincode may take for one call (`chaincode.executetimeout`). */
  readonly executeTimeoutMs?: number;
  /** How long a gateway collects endorsements (`peer.gateway.endorsementTimeout`). */
  readonly endorsementTimeoutMs?: number;
}

/** Embedded Fabric as it runs: orderers and one peer for each organisation, every one at its endpoint on loopback. */
export interface RunningFabric extends World {
  /** Ends peers and orderers; ledgers are kept. */
  close(): Promise<void>;
}

/**
 * Starts embedded Fabric in this process: orders every channel and serves every organisation's peer, which have all blocks when
 * this resolves.
 * @throws {Error} where the directory holds another world than the options name, or a port is taken
 */
export async function startFabric(options: FabricOptions): Promise<RunningFabric> {
  const network = await createNetwork(options);
  const peers = new Peers(network, options);
  try {
    await peers.serve();
  } catch (error) {
    await peers.close();
    throw error;
  }
  const { directory, organizations, orderingOrganizations, channels } = network;
  return { directory, organizations, orderingOrganizations, channels, close: () => peers.close() };
}

/** The peers of all organisations on one network. */
class Peers {
  readonly #channels: ReadonlyMap<string, Channel>;
  readonly #nodes: readonly PeerNode[];
  readonly #servers: PeerServer[] = [];
  #unsubscribe: (() => void)[] = [];

  constructor(
    private readonly network: FabricNetwork,
    private readonly options: FabricOptions,
  ) {
    const directory = join(network.directory, 'peers');
    const mspIds = network.organizations.map(({ mspId }) => mspId);
    this.#channels = new Map(
      network.channels.map(({ name, genesis }) => [
        name,
        new Channel({ name, genesis, mspIds, directory: join(directory, 'channels', name) }),
      ]),
    );
    this.#nodes = network.organizations.map(
      (organization) =>
        new PeerNode({
          organization,
          directory,
          channels: this.#channels,
          executeTimeoutMs: options.executeTimeoutMs ?? DEFAULT_TIMEOUT_MS,
        }),
    );
  }

  async serve(): Promise<void> {
    for (const channel of this.#channels.values()) this.#follow(channel);
    const { ordering, organizations } = this.network;
    for (const node of this.#nodes) {
      const organization = organizations.find(({ mspId }) => mspId === node.mspId);
      if (organization === undefined) continue;
      const server = await servePeer({
        registry: new Registry(node, this.#nodes, this.#channels),
        ordering,
        tls: organization.peer.tls,
        endorsementTimeoutMs: this.options.endorsementTimeoutMs ?? DEFAULT_TIMEOUT_MS,
      });
      this.#servers.push(server);
    }
  }

  async close(): Promise<void> {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.#unsubscribe = [];
    await Promise.all(this.#servers.map((server) => server.close()));
    await Promise.all(this.#nodes.map((node) => node.close()));
    await this.network.close();
    for (const channel of this.#channels.values()) channel.close();
  }

  /** Catches up with what was ordered, then takes each block as it comes. */
  #follow(channel: Channel): void {
    const { ordering } = this.network;
    while (channel.height < ordering.height(channel.name)) {
      channel.commit(ordering.block(channel.name, channel.height));
    }
    const commit = (block: Parameters<Channel['commit']>[0]): Promise<void> => {
      channel.commit(block);
      return Promise.resolve();
    };
    this.#unsubscribe.push(ordering.subscribe(channel.name, channel.height, commit));
  }
}
