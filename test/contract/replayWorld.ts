import { startReplay, type ReplayPeer } from '../../devnet/fabric/replay.js';
import { createAuthority } from '../../devnet/fabric/material/authority.js';
import { createFabricLedger, type FabricLedgerOptions, type FabricTimings } from '../../src/ledgers/fabric/index.js';
import type { FabricLedger } from '../../src/ledgers/ledger.js';
import { recordedBytes } from '../unit/ledgers/fabric/recorded.js';
import { INITIAL_BLOCKS, type LedgerWorld } from './ledger.contract.js';

/** Quick enough for tests, in the proportions of the defaults. */
const TIMINGS: FabricTimings = {
  answerTimeoutMs: 1_500,
  evaluateTimeoutMs: 5_000,
  idleProbeMs: 150,
  idleProbesToAgree: 3,
  minBackoffMs: 50,
  maxBackoffMs: 500,
};

/** Two peers of two organisations that replay the recorded channel, and a client of the first. */
export interface ReplayWorld extends LedgerWorld {
  open(changes?: Partial<FabricLedgerOptions>): Promise<FabricLedger>;
  readonly own: ReplayPeer;
  readonly other: ReplayPeer;
}

/** `ownBlocks`: what the own peer delivers, where that is not what was recorded. */
export async function replayWorld(ownBlocks = recordedBytes): Promise<ReplayWorld> {
  const authority = await createAuthority('tls', 'Replay');
  const tls = await authority.issue({ commonName: 'localhost', organization: 'Replay', hosts: ['localhost'] });
  const client = await authority.issue({ commonName: 'reader', organization: 'Replay', unit: 'client' });
  const start = (blocks: readonly Uint8Array[], port = 0, height = INITIAL_BLOCKS): Promise<ReplayPeer> =>
    startReplay({ channel: 'trade', blocks, tls, port, height });
  let own = await start(ownBlocks);
  const other = await start(recordedBytes);
  const peer = (endpoint: string): FabricLedgerOptions['connectionProfile']['peers'][string] => ({
    url: `grpcs://${endpoint}`,
    tlsCACerts: { pem: authority.keys.certificatePem },
  });
  const options: FabricLedgerOptions = {
    name: 'trade',
    channel: 'trade',
    connectionProfile: {
      organizations: { Org2: { mspid: 'Org2MSP', peers: ['other'] }, Org1: { mspid: 'Org1MSP', peers: ['own'] } },
      peers: { other: peer(other.endpoint), own: peer(own.endpoint) },
    },
    identity: { mspId: 'Org1MSP', certificatePem: client.certificatePem, privateKeyPem: client.privateKeyPem },
    timings: TIMINGS,
  };
  return {
    get own() {
      return own;
    },
    other,
    open: (changes = {}) => createFabricLedger({ ...options, ...changes }),
    produce: (blocks) => {
      const height = other.height + blocks;
      for (const server of [own, other]) server.show(height);
      return Promise.resolve();
    },
    preferredEndpoint: {
      down: () => own.close(),
      up: async () => {
        own = await start(ownBlocks, own.port, other.height);
      },
    },
    close: async () => {
      await own.close();
      await other.close();
    },
  };
}
