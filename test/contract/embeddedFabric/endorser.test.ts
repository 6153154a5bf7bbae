import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { peer } from '@hyperledger/fabric-protos';
import { propose } from './proposal.js';
import type { Call } from './proposal.js';
import { FabricWorld, HARVEST, MERIDIAN, freeAddress } from './world.js';

let world: FabricWorld;

beforeAll(async () => {
  world = await FabricWorld.start();
  await world.deploy({
    channel: 'trade',
    name: 'assets',
    version: '1.0',
    service: { address: await freeAddress() },
    initRequired: true,
  });
});
afterAll(() => world?.close());

const channelless: Call = { mspId: HARVEST, user: 'user1', channel: '', chaincode: 'cscc', args: ['GetChannels'] };

async function said(call: Call, at = call.mspId): Promise<[number | undefined, string | undefined]> {
  const response = (await propose(world, call, at)).getResponse();
  return [response?.getStatus(), response?.getMessage()];
}

describe('the Endorser service', () => {
  test('answers a peer’s own members about the peer, without a channel', async () => {
    const response = await propose(world, channelless);
    const channels = peer.ChannelQueryResponse.deserializeBinary(
      response.getResponse()?.getPayload_asU8() ?? new Uint8Array(),
    );
    expect(channels.getChannelsList().map((channel) => channel.getChannelId())).toEqual(['trade']);
    expect(response.hasEndorsement()).toBe(false);
    await expect(propose(world, { ...channelless, mspId: MERIDIAN }, HARVEST)).rejects.toThrow(
      '2 UNKNOWN: error validating proposal: access denied: channel [] creator org unknown, creator is malformed',
    );
  });

  test('lets admins alone install and join', async () => {
    const install: Call = { ...channelless, chaincode: '_lifecycle', args: ['InstallChaincode', new Uint8Array()] };
    expect((await said(install))[1]).toMatch(/Failed to authorize invocation due to failed ACL check/);
    expect(await said({ ...install, user: 'admin' })).toEqual([
      500,
      expect.stringMatching(/could not parse as a chaincode install package/),
    ]);
    const genesis = world.fabric.channels.find(({ name }) => name === 'trade')?.genesis.serializeBinary();
    const join: Call = { ...channelless, user: 'admin', args: ['JoinChain', genesis ?? new Uint8Array()] };
    expect(await said(join)).toEqual([
      500,
      'cannot create ledger from genesis block: ledger [trade] already exists with state [ACTIVE]',
    ]);
  });

  test('refuses proposals from another time', async () => {
    const old = { ...channelless, timestamp: new Date(Date.now() - 16 * 60_000) };
    await expect(propose(world, old)).rejects.toThrow(/request unauthorized due to incorrect timestamp/);
  });

  test('runs a chaincode that has to be initialised only once it was', async () => {
    const put: Call = { mspId: HARVEST, user: 'user1', channel: 'trade', chaincode: 'assets', args: ['put', 'a', '1'] };
    expect((await said(put))[1]).toMatch(
      /invalid invocation: chaincode 'assets' has not been initialized for this version, must call as init first$/,
    );
    const response = await propose(world, { ...put, isInit: true });
    expect(response.getResponse()?.getStatus()).toBe(200);
    expect(response.hasEndorsement()).toBe(true);
    expect(await said({ ...put, channel: 'nowhere' })).toEqual([500, "channel 'nowhere' not found"]);
  });
});
