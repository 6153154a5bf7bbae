import { describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { credentials } from '@grpc/grpc-js';
import { common, orderer, peer } from '@hyperledger/fabric-protos';
import { bundleOf, configOf } from '../../devnet/fabric/config/bundle.js';
import { computeConfigUpdate } from '../../devnet/fabric/config/configUpdate.js';
import { signedEnvelope } from '../../devnet/fabric/config/envelope.js';
import { configUpdateEnvelope, signConfigUpdate } from '../../devnet/fabric/config/signedData.js';
import { signingIdentity, type SigningIdentity } from '../../devnet/fabric/msp/signingIdentity.js';
import { blockFaults } from '../../devnet/fabric/orderer/blockVerifier.js';
import type { OrganizationMaterial } from '../../devnet/fabric/ports.js';
import type { Consensus, NetworkChannel, OrderingOrganization, PeerOrganization } from '../../devnet/fabric/world.js';
import { startChaincodes, type ServedChaincode } from '../../devnet/chaincode/index.js';
import { deployChaincode, packageIdFor } from '../../devnet/fabric/deploy.js';
import { wordsOf } from '../../devnet/fabric/deploy/admin.js';
import { freePorts } from '../../devnet/fabric/material/freePorts.js';
import { connectFabric } from '../../devnet/story/fabricClient.js';
import { requireFabricPrograms, startRealNetwork, type RealNetwork } from '../../devnet/realFabric/index.js';

const { CONFIG_UPDATE, DELIVER_SEEK_INFO } = common.HeaderType;
const { SUCCESS, BAD_REQUEST } = common.Status;
const { FABRIC_BIN_DIR, PATH } = process.env;

function identity(organization: OrganizationMaterial, user: string): SigningIdentity {
  const keys = organization.users[user];
  if (keys === undefined) throw new Error(`${organization.mspId} has no ${user}`);
  return signingIdentity(organization.mspId, keys);
}

/** A world of one channel on real nodes, ended and removed afterwards. */
async function onRealNodes(
  consensus: Consensus,
  run: (network: RealNetwork, channel: NetworkChannel) => Promise<void>,
): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'parley-fabric-'));
  const programs = requireFabricPrograms({ FABRIC_BIN_DIR, PATH });
  const channels = [{ name: 'trade', consensus, organizations: ['HarvestMSP', 'MeridianMSP', 'NorthwindMSP'] }];
  const network = await startRealNetwork(programs, { directory, channels });
  try {
    const [channel] = network.channels;
    if (channel === undefined) throw new Error('The world has no channel');
    await run(network, channel);
  } finally {
    await network.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** An update of the batch size, computed here, with the signatures of the given ordering admins. */
function batchUpdate(block: common.Block, count: number, admins: readonly SigningIdentity[]): common.Envelope {
  const original = configOf(block).getConfig()?.getChannelGroup() ?? new common.ConfigGroup();
  const updated = original.cloneMessage();
  const value = updated.getGroupsMap().get('Orderer')?.getValuesMap().get('BatchSize');
  const size = orderer.BatchSize.deserializeBinary(value?.getValue_asU8() ?? new Uint8Array());
  size.setMaxMessageCount(count);
  value?.setValue(size.serializeBinary());
  const update = computeConfigUpdate('trade', original, updated).serializeBinary();
  const signatures = admins.map((admin) => signConfigUpdate(update, admin));
  const [submitter] = admins;
  if (submitter === undefined) throw new Error('Nobody signs');
  return signedEnvelope(CONFIG_UPDATE, 'trade', configUpdateEnvelope(update, signatures), submitter);
}

async function broadcast(organization: OrderingOrganization, envelope: common.Envelope): Promise<[number, string]> {
  const tls = credentials.createSsl(Buffer.from(organization.tlsRootCertificatePem));
  const client = new orderer.AtomicBroadcastClient(organization.ordererEndpoint, tls);
  try {
    const stream = client.broadcast();
    stream.write(envelope);
    stream.end();
    for await (const answer of stream as AsyncIterable<orderer.BroadcastResponse>) {
      return [answer.getStatus(), answer.getInfo()];
    }
    throw new Error('The orderer said nothing');
  } finally {
    client.close();
  }
}

/** The blocks 0 to `last` of a channel as a peer delivers them: it is waited for what is not there yet. */
async function delivered(organization: PeerOrganization, last: number): Promise<readonly common.Block[]> {
  const tls = credentials.createSsl(Buffer.from(organization.tlsRootCertificatePem));
  const client = new peer.DeliverClient(organization.peerEndpoint, tls);
  const [from, to] = [new orderer.SeekPosition(), new orderer.SeekPosition()];
  from.setOldest(new orderer.SeekOldest());
  const end = new orderer.SeekSpecified();
  end.setNumber(last);
  to.setSpecified(end);
  const seek = new orderer.SeekInfo();
  seek.setStart(from);
  seek.setStop(to);
  try {
    const stream = client.deliver({ deadline: Date.now() + 60_000 });
    stream.write(signedEnvelope(DELIVER_SEEK_INFO, 'trade', seek, identity(organization, 'user1')));
    const blocks: common.Block[] = [];
    for await (const answer of stream as AsyncIterable<peer.DeliverResponse>) {
      const block = answer.getBlock();
      if (block === undefined) {
        if (answer.getStatus() !== SUCCESS) throw new Error(`Deliver ended with status ${answer.getStatus()}`);
        break;
      }
      blocks.push(block);
    }
    return blocks;
  } finally {
    client.close();
  }
}

describe.each([
  ['RAFT', 1, 0],
  ['BFT', 3, 2],
] as const)('real Fabric nodes with %s', (consensus, majority, tooFew) => {
  test('start from our genesis, take our config update, and deliver blocks that our rules verify', async () => {
    await onRealNodes(consensus, async (network, channel) => {
      const [first] = network.orderingOrganizations;
      if (first === undefined) throw new Error('There is no orderer');
      const admins = network.orderingOrganizations.map((organization) => identity(organization, 'admin'));
      if (tooFew > 0) {
        const refused = await broadcast(first, batchUpdate(channel.genesis, 7, admins.slice(0, tooFew)));
        expect(refused).toEqual([
          BAD_REQUEST,
          "error applying config update to existing channel 'trade': error authorizing update: error validating DeltaSet: policy for [Value]  /Channel/Orderer/BatchSize not satisfied: implicit policy evaluation failed - 2 sub-policies were satisfied, but this policy requires 3 of the 'Admins' sub-policies to be satisfied",
        ]);
      }
      const taken = await broadcast(first, batchUpdate(channel.genesis, 7, admins.slice(0, majority)));
      expect(taken).toEqual([SUCCESS, '']);

      for (const organization of network.organizations) {
        const blocks = await delivered(organization, 1);
        expect(blocks).toHaveLength(2);
        const [genesis, update] = blocks;
        if (genesis === undefined || update === undefined) throw new Error('Blocks are missing');
        expect(genesis.getHeader()?.toObject()).toEqual(channel.genesis.getHeader()?.toObject());
        expect(blockFaults(update, genesis, bundleOf('trade', genesis))).toEqual([]);
        expect(bundleOf('trade', update).orderer.maxMessageCount).toBe(7);
        expect(bundleOf('trade', update).sequence).toBe(1);
      }
    });
  });
});

const GOODS = { channel: 'trade', name: 'goods', version: '1.0' } as const;
const INVOICES = { channel: 'payments', name: 'invoices', version: '1.0' } as const;

async function deploy(network: RealNetwork, chaincode: typeof GOODS | typeof INVOICES, address: string): Promise<void> {
  const mspIds = network.channels.find(({ name }) => name === chaincode.channel)?.organizations ?? [];
  const organizations = network.organizations.filter(({ mspId }) => mspIds.includes(mspId));
  await deployChaincode(organizations, { ...chaincode, service: { address } });
}

describe('the dev world on real Fabric nodes', () => {
  test('runs chaincode as a service on a BFT and on a Raft channel, and goes on after a restart', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'parley-fabric-'));
    const programs = requireFabricPrograms({ FABRIC_BIN_DIR, PATH });
    const [goodsPort, invoicesPort] = await freePorts(2);
    const [goodsAddress, invoicesAddress] = [`127.0.0.1:${goodsPort}`, `127.0.0.1:${invoicesPort}`];
    const served: readonly ServedChaincode[] = [
      {
        name: 'goods',
        chaincodeId: packageIdFor({ ...GOODS, service: { address: goodsAddress } }),
        address: goodsAddress,
      },
      {
        name: 'invoices',
        chaincodeId: packageIdFor({ ...INVOICES, service: { address: invoicesAddress } }),
        address: invoicesAddress,
      },
    ];
    const chaincodes = await startChaincodes(served);
    let network = await startRealNetwork(programs, { directory });
    try {
      await Promise.all([deploy(network, GOODS, goodsAddress), deploy(network, INVOICES, invoicesAddress)]);
      const before = connectFabric(network.organizations);
      const lot = ['lot-1', 'Huila', 'Caturra', 600, 'AA', 'Pitalito'];
      const registered = await before.submit('harvest', {
        ...GOODS,
        chaincode: 'goods',
        name: 'RegisterLot',
        args: lot,
      });
      expect(registered.validationCode).toBe('VALID');
      const invoice = ['invoice-1', 'NorthwindMSP', 125_000, 'USD', 'Freight', '2027-01-31'];
      const issued = await before.submit('meridian', {
        ...INVOICES,
        chaincode: 'invoices',
        name: 'IssueInvoice',
        args: invoice,
      });
      expect(issued.validationCode).toBe('VALID');
      before.close();
      await network.close();

      network = await startRealNetwork(programs, { directory });
      await Promise.all([deploy(network, GOODS, goodsAddress), deploy(network, INVOICES, invoicesAddress)]);
      const after = connectFabric(network.organizations);
      expect(
        await after.evaluate('northwind', { ...GOODS, chaincode: 'goods', name: 'LotExists', args: ['lot-1'] }),
      ).toBe(true);
      after.close();
    } catch (error) {
      throw new Error(wordsOf(error), { cause: error });
    } finally {
      await network.close();
      await chaincodes.stop();
      rmSync(directory, { recursive: true, force: true });
    }
  }, 180_000);
});
