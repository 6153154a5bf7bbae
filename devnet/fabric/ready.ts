import { fabricLedgerId } from '../../src/model/ids.js';
import { headerHash } from './orderer/blockHash.js';
import type { OrganizationFiles, World } from './world.js';

/** What the process of embedded Fabric says, in one line of JSON, when it answers. Paths are absolute. */
export interface FabricReady {
  readonly ready: true;
  readonly pid: number;
  readonly organizations: Readonly<Record<string, OrganizationFiles & { readonly peer: string }>>;
  readonly channels: Readonly<Record<string, { readonly id: string; readonly organizations: readonly string[] }>>;
}

export function readyOf(world: World, pid: number): FabricReady {
  const organizations = world.organizations.map(({ mspId, peerEndpoint, files }) => [
    mspId,
    { peer: peerEndpoint, ...files },
  ]);
  return {
    ready: true,
    pid,
    organizations: Object.fromEntries(organizations) as FabricReady['organizations'],
    channels: channelsOf(world),
  };
}

/** The channels of a world with their ledger ids. */
export function channelsOf({ channels }: World): FabricReady['channels'] {
  return Object.fromEntries(
    channels.map(({ name, genesis, organizations }) => {
      const header = genesis.getHeader();
      if (header === undefined) throw new Error(`The genesis block of ${name} has no header`);
      return [name, { id: fabricLedgerId(Buffer.from(headerHash(header)).toString('hex')), organizations }];
    }),
  );
}
