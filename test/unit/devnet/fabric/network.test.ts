import { describe, expect, test } from '@jest/globals';
import { credentials } from '@grpc/grpc-js';
import { common, orderer } from '@hyperledger/fabric-protos';
import { statSync } from 'node:fs';
import { signedEnvelope } from '../../../../devnet/fabric/config/envelope.js';
import { configOf, bundleOf } from '../../../../devnet/fabric/config/bundle.js';
import { computeConfigUpdate } from '../../../../devnet/fabric/config/configUpdate.js';
import { configUpdateEnvelope, signConfigUpdate } from '../../../../devnet/fabric/config/signedData.js';
import { signingIdentity, type SigningIdentity } from '../../../../devnet/fabric/msp/signingIdentity.js';
import { createNetwork, type FabricNetwork, type PeerOrganization } from '../../../../devnet/fabric/network.js';
import { blockFaults } from '../../../../devnet/fabric/orderer/blockVerifier.js';
import { inTemporaryDirectory } from './fixtures.js';

const { SUCCESS, FORBIDDEN, BAD_REQUEST, NOT_FOUND } = common.Status;
const { ENDORSER_TRANSACTION, CONFIG_UPDATE, DELIVER_SEEK_INFO } = common.HeaderType;

function organization(network: FabricNetwork, mspId: string): PeerOrganization {
  const found = network.organizations.find((candidate) => candidate.mspId === mspId);
  if (found === undefined) throw new Error(`${mspId} is not there`);
  return found;
}

function user(network: FabricNetwork, mspId: string, name: string): SigningIdentity {
  const keys = organization(network, mspId).users[name];
  if (keys === undefined) throw new Error(`${name} is not there`);
  return signingIdentity(mspId, keys);
}

function message(channel: string, signer: SigningIdentity, text = 'a transaction'): common.Envelope {
  return signedEnvelope(ENDORSER_TRANSACTION, channel, { serializeBinary: () => Buffer.from(text) }, signer);
}

/** An update of the batch size of the channel, signed by the given admins. */
function batchUpdate(
  network: FabricNetwork,
  channel: string,
  count: number,
  signers: readonly SigningIdentity[],
): common.Envelope {
  const original = network.ordering.bundle(channel).config.getChannelGroup() ?? new common.ConfigGroup();
  const updated = original.cloneMessage();
  const value = updated.getGroupsMap().get('Orderer')?.getValuesMap().get('BatchSize');
  const size = orderer.BatchSize.deserializeBinary(value?.getValue_asU8() ?? new Uint8Array());
  size.setMaxMessageCount(count);
  value?.setValue(size.serializeBinary());
  const update = computeConfigUpdate(channel, original, updated).serializeBinary();
  const envelope = configUpdateEnvelope(
    update,
    signers.map((signer) => signConfigUpdate(update, signer)),
  );
  return signedEnvelope(CONFIG_UPDATE, channel, envelope, signers[0] ?? user(network, 'HarvestMSP', 'admin'));
}

function orderingAdmins(network: FabricNetwork, count: number): readonly SigningIdentity[] {
  return network.orderingOrganizations.slice(0, count).map(({ mspId, users }) => {
    const keys = users['admin'];
    if (keys === undefined) throw new Error(`${mspId} has no admin`);
    return signingIdentity(mspId, keys);
  });
}

/** What is wrong with any block of the channel, judged as a reader would. */
function faultsOf(network: FabricNetwork, channel: string): readonly string[] {
  const faults: string[] = [];
  let bundle = bundleOf(channel, network.ordering.block(channel, 0));
  for (let number = 1; number < network.ordering.height(channel); number++) {
    const block = network.ordering.block(channel, number);
    faults.push(...blockFaults(block, network.ordering.block(channel, number - 1), bundle));
    const lastConfig = block.getMetadata()?.getMetadataList_asU8()[common.BlockMetadataIndex.LAST_CONFIG];
    const index = common.LastConfig.deserializeBinary(
      common.Metadata.deserializeBinary(lastConfig ?? new Uint8Array()).getValue_asU8(),
    ).getIndex();
    if (index === number) bundle = bundleOf(channel, block);
  }
  return faults;
}

async function untilHeight(network: FabricNetwork, channel: string, height: number): Promise<void> {
  await new Promise<void>((resolve) => {
    const stop = network.ordering.subscribe(channel, height - 1, () => {
      stop();
      resolve();
      return Promise.resolve();
    });
  });
}

describe('the embedded network', () => {
  test('orders what writers send, refuses the rest in Fabric’s words, and goes on after a restart', async () => {
    await inTemporaryDirectory(async (directory) => {
      const first = await createNetwork({ directory });
      const harvest = user(first, 'HarvestMSP', 'user1');
      const results = await Promise.all([
        first.ordering.broadcast(message('trade', harvest)),
        first.ordering.broadcast(message('payments', user(first, 'NorthwindMSP', 'user1'))),
        first.ordering.broadcast(message('payments', harvest)),
        first.ordering.broadcast(message('nowhere', harvest)),
      ]);
      expect(results).toEqual([
        { status: SUCCESS, info: '' },
        { status: SUCCESS, info: '' },
        {
          status: FORBIDDEN,
          info: "implicit policy evaluation failed - 0 sub-policies were satisfied, but this policy requires 1 of the 'Writers' sub-policies to be satisfied: permission denied",
        },
        { status: BAD_REQUEST, info: 'channel does not exist' },
      ]);
      await untilHeight(first, 'trade', 2);
      await untilHeight(first, 'payments', 2);
      await first.ordering.broadcast(message('trade', harvest, 'still pending at the end'));
      await first.close();

      const second = await createNetwork({ directory });
      expect(second.ordering.height('trade')).toBe(3);
      expect(second.ordering.height('payments')).toBe(2);
      expect(second.organizations).toEqual(first.organizations);
      await second.ordering.broadcast(message('trade', harvest, 'after the restart'));
      await untilHeight(second, 'trade', 4);
      expect(faultsOf(second, 'trade')).toEqual([]);
      expect(faultsOf(second, 'payments')).toEqual([]);
      await second.close();
    });
  });

  test('writes keys that only their owner may read', async () => {
    await inTemporaryDirectory(async (directory) => {
      const network = await createNetwork({ directory });
      const paths = organization(network, 'MeridianMSP').files.users['admin'];
      expect(statSync(paths?.privateKey ?? '').mode & 0o777).toBe(0o600);
      await network.close();
    });
  });

  test('takes a config update that a majority of the ordering admins signed, alone in its block', async () => {
    await inTemporaryDirectory(async (directory) => {
      const network = await createNetwork({ directory });
      const refused = await network.ordering.broadcast(batchUpdate(network, 'trade', 7, orderingAdmins(network, 2)));
      expect(refused).toEqual({
        status: BAD_REQUEST,
        info: "error applying config update to existing channel 'trade': error authorizing update: error validating DeltaSet: policy for [Value]  /Channel/Orderer/BatchSize not satisfied: implicit policy evaluation failed - 2 sub-policies were satisfied, but this policy requires 3 of the 'Admins' sub-policies to be satisfied",
      });
      await network.ordering.broadcast(message('trade', user(network, 'HarvestMSP', 'user1'), 'before'));
      const taken = await network.ordering.broadcast(batchUpdate(network, 'trade', 7, orderingAdmins(network, 3)));
      expect(taken).toEqual({ status: SUCCESS, info: '' });
      expect(network.ordering.height('trade')).toBe(3);
      const block = network.ordering.block('trade', 2);
      expect(block.getData()?.getDataList()).toHaveLength(1);
      expect(configOf(block).getConfig()?.getSequence()).toBe(1);
      expect(network.ordering.bundle('trade').sequence).toBe(1);
      expect(faultsOf(network, 'trade')).toEqual([]);
      await network.close();
    });
  });

  test('answers AtomicBroadcast over TLS at every orderer’s endpoint', async () => {
    await inTemporaryDirectory(async (directory) => {
      const network = await createNetwork({ directory });
      for (const { ordererEndpoint, tlsRootCertificatePem } of network.orderingOrganizations) {
        const tls = credentials.createSsl(Buffer.from(tlsRootCertificatePem));
        const client = new orderer.AtomicBroadcastClient(ordererEndpoint, tls);
        expect(await deliverFirst(client, user(network, 'HarvestMSP', 'user1'), 'trade')).toEqual([0, SUCCESS]);
        expect(await deliverFirst(client, user(network, 'HarvestMSP', 'user1'), 'payments')).toEqual([FORBIDDEN]);
        expect(await deliverFirst(client, user(network, 'HarvestMSP', 'user1'), 'nowhere')).toEqual([NOT_FOUND]);
        expect(
          await broadcastOne(client, message('trade', user(network, 'HarvestMSP', 'user1'), ordererEndpoint)),
        ).toBe(SUCCESS);
        client.close();
      }
      await network.close();
    });
  });
});

/** The numbers of the blocks and the status at the end of a request for the first block. */
async function deliverFirst(
  client: orderer.AtomicBroadcastClient,
  signer: SigningIdentity,
  channel: string,
): Promise<readonly number[]> {
  const position = new orderer.SeekPosition();
  position.setOldest(new orderer.SeekOldest());
  const seek = new orderer.SeekInfo();
  seek.setStart(position);
  seek.setStop(position);
  const stream = client.deliver();
  stream.write(signedEnvelope(DELIVER_SEEK_INFO, channel, seek, signer));
  stream.end();
  const got: number[] = [];
  for await (const response of stream as AsyncIterable<orderer.DeliverResponse>) {
    got.push(response.hasBlock() ? (response.getBlock()?.getHeader()?.getNumber() ?? -1) : response.getStatus());
  }
  return got;
}

async function broadcastOne(client: orderer.AtomicBroadcastClient, envelope: common.Envelope): Promise<number> {
  const stream = client.broadcast();
  stream.write(envelope);
  stream.end();
  for await (const response of stream as AsyncIterable<orderer.BroadcastResponse>) return response.getStatus();
  throw new Error('The orderer said nothing');
}
