import { join } from 'node:path';
import { parseEndpoint } from './config/organizationGroup.js';
import { createWorld } from './material/world.js';
import { signingIdentity } from './msp/signingIdentity.js';
import { serveAtomicBroadcast, type OrdererServer } from './orderer/atomicBroadcast.js';
import { Ordering } from './orderer/orderingService.js';
import type { OrderingService } from './ports.js';
import type { NetworkOptions, World } from './world.js';

export type {
  ChannelOptions,
  Consensus,
  NetworkChannel,
  NetworkOptions,
  OrderingOrganization,
  OrganizationFiles,
  OrganizationOptions,
  PeerOrganization,
  World,
} from './world.js';

export interface FabricNetwork extends World {
  /** Orders every channel; its orderers also answer AtomicBroadcast over TLS at their endpoints. Peers build on this. */
  readonly ordering: OrderingService;
  /** Ends servers, timers and files; what was ordered is kept. */
  close(): Promise<void>;
}

/**
 * Makes (or finds again) the material and the genesis blocks in `options.directory`, and starts ordering.
 * @throws {Error} where the directory holds another world than the options name, or a port is taken
 */
export async function createNetwork(options: NetworkOptions): Promise<FabricNetwork> {
  const world = await createWorld(options);
  const signers = world.orderingOrganizations.map(({ mspId, orderer }) => ({
    certificatePem: orderer.certificatePem,
    identity: signingIdentity(mspId, orderer),
  }));
  const [first] = signers;
  if (first === undefined) throw new Error('A network needs an orderer');
  const channels = world.channels.map(({ name, genesis }) => ({ name, genesis, signers }));
  const ordering = new Ordering(join(world.directory, 'ordering'), channels, first);
  const servers: OrdererServer[] = [];
  for (const { ordererEndpoint, orderer } of world.orderingOrganizations) {
    const { port } = parseEndpoint(ordererEndpoint);
    servers.push(await serveAtomicBroadcast(ordering, port, orderer.tls));
  }
  const close = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.close()));
    await ordering.close();
  };
  return { ...world, ordering, close };
}
