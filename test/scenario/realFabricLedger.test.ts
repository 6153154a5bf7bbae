import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { common } from '@hyperledger/fabric-protos';
import { startChaincodes } from '../../devnet/chaincode/index.js';
import { deployChaincode, packageIdFor } from '../../devnet/fabric/deploy.js';
import { freePorts } from '../../devnet/fabric/material/freePorts.js';
import { connectFabric } from '../../devnet/story/fabricClient.js';
import { requireFabricPrograms, startRealNetwork, type RealNetwork } from '../../devnet/realFabric/index.js';
import { ParleyError } from '../../src/errors/index.js';
import { createFabricLedger } from '../../src/ledgers/fabric/index.js';
import { Peer } from '../../src/ledgers/fabric/live/peer.js';
import { peerAddresses } from '../../src/ledgers/fabric/live/profile.js';
import { clientSigner } from '../../src/ledgers/fabric/live/signer.js';
import { discoverPeers } from '../../src/ledgers/fabric/survey/discovery.js';
import type { DecodedBlock } from '../../src/model/block.js';
import { openDoor } from '../contract/ethereumWorld.js';
import { collect, follow, INITIAL_BLOCKS, ledgerContract } from '../contract/ledger.contract.js';
import { adminOf, BlockMaker, fabricLedgerOptions, organizationOf, updateChannel } from '../support/fabricLedgers.js';
import { faultsOf } from '../support/fabricVerdict.js';

const { FABRIC_BIN_DIR, PATH } = process.env;
const ALL = ['HarvestMSP', 'MeridianMSP', 'NorthwindMSP'];
const GOODS = { channel: 'trade', name: 'goods', version: '1.0' } as const;

describe.each([
  ['RAFT', 1],
  ['BFT', 3],
] as const)('a channel on real %s nodes', (consensus, signatures) => {
  let directory: string;
  let network: RealNetwork;
  let maker: BlockMaker;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'parley-fabric-'));
    const programs = requireFabricPrograms({ FABRIC_BIN_DIR, PATH });
    const channel = { consensus, organizations: ALL, maxMessageCount: 1, batchTimeoutMs: 100 } as const;
    network = await startRealNetwork(programs, { directory, channels: [{ ...channel, name: 'trade' }] });
    maker = new BlockMaker(organizationOf(network, 'HarvestMSP'), 'trade');
    await maker.make(INITIAL_BLOCKS - 1);
  }, 120_000);

  afterAll(async () => {
    maker.close();
    await network.close();
    rmSync(directory, { recursive: true, force: true });
  }, 60_000);

  ledgerContract(`Fabric, real ${consensus} nodes,`, async () => {
    const [, port] = organizationOf(network, 'HarvestMSP').peerEndpoint.split(':');
    const door = await openDoor(Number(port));
    const ownPort = Number(new URL(door.url).port);
    return {
      open: () => createFabricLedger(fabricLedgerOptions(network, 'trade', 'HarvestMSP', ownPort)),
      produce: async (blocks) => {
        await maker.make(blocks);
        await untilEqual(network);
      },
      preferredEndpoint: door,
      close: () => door.down(),
    };
  });

  test('verifies, every block and every signature, chaincode and all', async () => {
    await withGoods(network, async () => {
      const clients = connectFabric(network.organizations);
      const lot = ['lot-1', 'Huila', 'Caturra', 600, 'AA', 'Pitalito'];
      const registered = await clients.submit('harvest', {
        ...GOODS,
        chaincode: 'goods',
        name: 'RegisterLot',
        args: lot,
      });
      expect(registered.validationCode).toBe('VALID');
      clients.close();
    });
    await untilEqual(network);
    const ledger = await createFabricLedger(fabricLedgerOptions(network, 'trade', 'HarvestMSP'));
    const blocks = await decoded(ledger);
    for (const block of blocks) {
      expect([block.number, faultsOf(block)]).toEqual([block.number, []]);
      if (block.detail.kind === 'fabric' && block.number > 0) expect(block.detail.signatures).toHaveLength(signatures);
    }
    const last = blocks.at(-1)?.transactions[0];
    expect([last?.chaincode, last?.function, last?.outcome]).toEqual(['goods', 'RegisterLot', 'SUCCEEDED']);
    expect(last?.detail.kind === 'fabric' && last.detail.endorsements.length).toBeGreaterThan(1);
    expect(
      blocks.flatMap((b) => b.lifecycle).some((r) => r.kind === 'COMMITTED' && r.definition.name === 'goods'),
    ).toBe(true);
    await ledger.close();
  }, 120_000);

  test('finds the nodes of the channel from one peer alone, each at its height', async () => {
    const options = fabricLedgerOptions(network, 'trade', 'HarvestMSP');
    const own = organizationOf(network, 'HarvestMSP').peerEndpoint;
    const peers = Object.entries(options.connectionProfile.peers).filter(([, { url }]) => url.endsWith(own));
    const connectionProfile = { ...options.connectionProfile, peers: Object.fromEntries(peers) };
    const ledger = await createFabricLedger({ ...options, connectionProfile });
    const { number } = await ledger.head();
    const reports = await ledger.endpoints();
    const found = reports.map(({ role, operator, endpoint }) => `${role} ${operator} ${endpoint}`).sort();
    const expected = [
      ...ALL.map((mspId) => `PEER ${mspId} ${organizationOf(network, mspId).peerEndpoint}`),
      ...network.orderingOrganizations.map(({ mspId, ordererEndpoint }) => `ORDERER ${mspId} ${ordererEndpoint}`),
    ];
    expect(found).toEqual(expected.sort());
    expect(reports.map(({ height, problem }) => [height, problem])).toEqual(reports.map(() => [number, null]));
    const [address] = peerAddresses({ ...options, connectionProfile });
    if (address === undefined) throw new Error('Harvest has no peer');
    const peer = new Peer(address);
    const signer = clientSigner('trade', options.identity);
    // Gossip takes its time to know everybody.
    const deadline = Date.now() + 30_000;
    for (; ; await new Promise((resolve) => setTimeout(resolve, 200))) {
      const discovered = await discoverPeers(peer, 'trade', signer, AbortSignal.timeout(5_000));
      const known = discovered.map(({ mspId, endpoint }) => `PEER ${mspId} ${endpoint}`).sort();
      if (known.length < ALL.length && Date.now() < deadline) continue;
      expect(known).toEqual(expected.slice(-ALL.length));
      break;
    }
    peer.close();
    await ledger.close();
  }, 60_000);

  test('keeps what each peer says of a failed evaluation', async () => {
    const ledger = await createFabricLedger(fabricLedgerOptions(network, 'trade', 'HarvestMSP'));
    const request = { chaincode: 'nothing', contract: null, function: 'Get', arguments: [], transient: {} };
    const error: unknown = await ledger.evaluate({ ...request, endorsingOrganizations: [] }).catch((e: unknown) => e);
    if (!(error instanceof ParleyError)) throw new Error('It should have failed');
    expect([error.code, error.retryable]).toEqual(['EVALUATE_FAILED', false]);
    expect(error.message).toContain('nothing');
    await ledger.close();
  });

  test('says to an organisation that is removed while it follows that its view ends', async () => {
    const ledger = await createFabricLedger(fabricLedgerOptions(network, 'trade', 'NorthwindMSP'));
    const stays = await createFabricLedger(fabricLedgerOptions(network, 'trade', 'HarvestMSP'));
    const { number } = await stays.head();
    const following = follow(ledger, 0, (blocks) => blocks.length > number + 1).catch((error: unknown) => error);
    const { config } = await stays.seed(number + 1);
    const admins = ['HarvestMSP', 'MeridianMSP'].map((mspId) => adminOf(organizationOf(network, mspId)));
    const inForce = common.Block.deserializeBinary(config?.bytes ?? new Uint8Array(0));
    await updateChannel(network, inForce, 'trade', admins, (group) => {
      const application = group.getGroupsMap().get('Application');
      const name = [...(application?.getGroupsMap().keys() ?? [])].find((key) => /northwind/i.test(key));
      application?.getGroupsMap().del(name ?? '');
    });
    const error = await following;
    if (!(error instanceof ParleyError)) throw new Error('It should have ended');
    for (let rounds = 0; ledger.removal === null && rounds < 10; rounds++) await ledger.endpoints();
    expect(ledger.removal?.message).toContain(`no longer deliver to NorthwindMSP after block ${number}`);
    expect((await ledger.endpoints()).filter(({ standing }) => standing === 'REFUSES').length).toBeGreaterThan(2);
    expect([error.code, error.message]).toEqual([
      'LEDGER_REFUSED',
      expect.stringContaining(`no longer deliver to NorthwindMSP after block ${number}`),
    ]);
    const removal = (await decoded(stays)).at(-1);
    expect(removal?.config?.memberships).toEqual([{ mspId: 'NorthwindMSP', role: 'MEMBER', change: 'REMOVED' }]);
    await ledger.close();
    await stays.close();
  }, 60_000);
});

async function decoded(ledger: Awaited<ReturnType<typeof createFabricLedger>>): Promise<DecodedBlock[]> {
  const { number } = await ledger.head();
  const decoder = ledger.decoder(await ledger.seed(0));
  return (await collect(ledger.read(0, number, AbortSignal.timeout(30_000)))).map((block) => decoder.decode(block));
}

/** Peers of real nodes get a block one after the other. */
async function untilEqual(network: RealNetwork): Promise<void> {
  const ledger = await createFabricLedger(fabricLedgerOptions(network, 'trade', 'HarvestMSP'));
  const deadline = Date.now() + 20_000;
  try {
    for (;;) {
      const heights = (await ledger.endpoints()).map((report) => report.height);
      if (new Set(heights).size === 1) return;
      if (Date.now() > deadline) throw new Error(`The peers stand at ${heights.join(', ')}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  } finally {
    await ledger.close();
  }
}

async function withGoods(network: RealNetwork, run: () => Promise<void>): Promise<void> {
  const [port] = await freePorts(1);
  const address = `127.0.0.1:${port}`;
  const options = { ...GOODS, service: { address } };
  const chaincodes = await startChaincodes([{ name: 'goods', chaincodeId: packageIdFor(options), address }]);
  try {
    await deployChaincode(network.organizations, options);
    await run();
  } finally {
    await chaincodes.stop();
  }
}
