import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { checkpointers } from '@hyperledger/fabric-gateway';
import type { ChaincodeEvent, CloseableAsyncIterable, Network } from '@hyperledger/fabric-gateway';
import { common, discovery, orderer, peer } from '@hyperledger/fabric-protos';
import { signedEnvelope } from '../../../devnet/fabric/config/envelope.js';
import { signingIdentity } from '../../../devnet/fabric/msp/signingIdentity.js';
import { blockNumber, transactionsFilter } from '../../../devnet/fabric/peer/messages/block.js';
import { credentials } from '@grpc/grpc-js';
import { updateConfig } from './configUpdate.js';
import { blockOf } from './blocks.js';
import { FabricWorld, HARVEST, MERIDIAN, NORTHWIND, freeAddress, text } from './world.js';

let world: FabricWorld;
const { DELIVER_SEEK_INFO } = common.HeaderType;

beforeAll(async () => {
  world = await FabricWorld.start();
  const service = { address: await freeAddress() };
  await world.deploy({ channel: 'trade', name: 'assets', version: '1.0', service });
});
afterAll(() => world?.close());

async function take<T>(count: number, stream: CloseableAsyncIterable<T>): Promise<T[]> {
  const taken: T[] = [];
  try {
    for await (const item of stream) {
      taken.push(item);
      if (taken.length === count) break;
    }
    return taken;
  } finally {
    stream.close();
  }
}

async function heightOf(network: Network): Promise<number> {
  const info = await network.getContract('qscc').evaluateTransaction('GetChainInfo', 'trade');
  return common.BlockchainInfo.deserializeBinary(info).getHeight();
}

const keysOf = (events: readonly ChaincodeEvent[]): string[] =>
  events.map(({ payload }) => (JSON.parse(text(payload)) as { key: string }).key);

describe('streams', () => {
  test('events of valid transactions, live, from a block, and after a checkpoint', async () => {
    const session = world.session(HARVEST);
    const start = BigInt(await heightOf(session.network()));
    const live = take(2, await session.network().getChaincodeEvents('assets'));
    for (const key of ['e-1', 'e-2', 'e-3']) await session.contract().submitTransaction('put', key, 'x');
    expect(keysOf(await live)).toEqual(['e-1', 'e-2']);
    const replayed = await take(3, await session.network().getChaincodeEvents('assets', { startBlock: start }));
    expect(keysOf(replayed)).toEqual(['e-1', 'e-2', 'e-3']);
    expect(replayed[0]).toMatchObject({ chaincodeName: 'assets', eventName: 'Put', blockNumber: start });
    const checkpoint = checkpointers.inMemory();
    const [first] = replayed;
    if (first === undefined) throw new Error('no event came');
    await checkpoint.checkpointChaincodeEvent(first);
    const resumed = await session.network().getChaincodeEvents('assets', { checkpoint });
    expect(keysOf(await take(2, resumed))).toEqual(['e-2', 'e-3']);
  });

  test('blocks and filtered blocks from any block on', async () => {
    const network = world.session(MERIDIAN).network();
    const height = await heightOf(network);
    const blocks = await take(height, await network.getBlockEvents({ startBlock: 0n }));
    expect(blocks.map(blockNumber)).toEqual(Array.from({ length: height }, (_, index) => index));
    expect(blocks.map((block) => transactionsFilter(block).length > 0)).toEqual(blocks.map(() => true));
    const [middle] = await take(1, await network.getBlockEvents({ startBlock: 3n }));
    expect(middle?.serializeBinary()).toEqual(blocks[3]?.serializeBinary());
    const [filtered] = await take(1, await network.getFilteredBlockEvents({ startBlock: BigInt(height - 1) }));
    expect(filtered?.getFilteredTransactionsList().map((transaction) => transaction.getType())).toEqual([3]);
    const next = take(1, await network.getBlockEvents());
    await world.session(HARVEST).contract().submitTransaction('put', 'next', 'x');
    expect((await next).map(blockNumber)).toEqual([height]);
  });

  test('seek positions and behaviours of Deliver itself', async () => {
    const height = await heightOf(world.session(HARVEST).network());
    const last = height - 1;
    expect(await delivered(HARVEST, 'newest', 'newest')).toEqual([last, 'status 200']);
    expect(await delivered(HARVEST, 'oldest', 1)).toEqual([0, 1, 'status 200']);
    expect(await delivered(HARVEST, last, last + 1, true)).toEqual([last, 'status 404']);
    expect(await delivered(HARVEST, height + 5, height + 9)).toEqual(['status 404']);
    expect(await delivered(HARVEST, 2, 1)).toEqual(['status 400']);
    expect(await delivered(HARVEST, 0, 0, false, 'nowhere')).toEqual(['status 404']);
    expect(await delivered(HARVEST, 0, 0, false, 'payments', MERIDIAN)).toEqual(['status 403']);
  });

  test('qscc and cscc agree with the blocks', async () => {
    const qscc = world.session(HARVEST).contract('qscc');
    const status = await (
      await world
        .session(HARVEST)
        .contract()
        .submitAsync('put', { arguments: ['q', '1'] })
    ).getStatus();
    const block = await blockOf(qscc, 'trade', Number(status.blockNumber));
    const byTransaction = await qscc.evaluateTransaction('GetBlockByTxID', 'trade', status.transactionId);
    expect(Buffer.from(byTransaction)).toEqual(Buffer.from(block.serializeBinary()));
    const bytes = await qscc.evaluateTransaction('GetTransactionByID', 'trade', status.transactionId);
    expect(peer.ProcessedTransaction.deserializeBinary(bytes).getValidationcode()).toBe(0);
    const hash = common.BlockchainInfo.deserializeBinary(
      await qscc.evaluateTransaction('GetChainInfo', 'trade'),
    ).getCurrentblockhash_asU8();
    const byHash = await qscc.evaluate('GetBlockByHash', { arguments: ['trade', hash] });
    expect(blockNumber(common.Block.deserializeBinary(byHash))).toBe(Number(status.blockNumber));
    const cscc = world.session(MERIDIAN).contract('cscc');
    const channels = peer.ChannelQueryResponse.deserializeBinary(await cscc.evaluateTransaction('GetChannels'));
    expect(channels.getChannelsList().map((channel) => channel.getChannelId())).toEqual(['trade', 'payments']);
    const configBlock = common.Block.deserializeBinary(await cscc.evaluateTransaction('GetConfigBlock', 'trade'));
    expect(blockNumber(configBlock)).toBe(0);
  });

  test('discovery tells configuration, peers and who has to endorse', async () => {
    const [config, members, endorsers] = await discover(HARVEST, 'user1');
    const orderers = [...(config?.getConfigResult()?.getOrderersMap().keys() ?? [])].sort();
    expect(orderers).toEqual(['Ordering1MSP', 'Ordering2MSP', 'Ordering3MSP', 'Ordering4MSP']);
    expect([...(members?.getMembers()?.getPeersByOrgMap().keys() ?? [])].sort()).toEqual([
      HARVEST,
      MERIDIAN,
      NORTHWIND,
    ]);
    const layouts = endorsers?.getCcQueryRes()?.getContentList()[0]?.getLayoutsList() ?? [];
    expect(layouts.map((layout) => layout.getQuantitiesByGroupMap().getLength())).toEqual([2, 2, 2]);
  });
});

describe('a removed organisation', () => {
  test('sees its streams end with 403 elsewhere, and its own peer stand still; when it comes back it catches up', async () => {
    const atHarvest = delivered(NORTHWIND, 0, Number.MAX_SAFE_INTEGER, false, 'trade', HARVEST);
    const cscc = world.session(HARVEST).contract('cscc');
    const own = world.session(NORTHWIND);
    const before = await heightOf(own.network());
    let removed: common.ConfigGroup | undefined;
    await updateConfig(world, cscc, [HARVEST, MERIDIAN], (root) => {
      const organizations = root.getGroupsMap().get('Application')?.getGroupsMap();
      removed = organizations?.get('northwind') ?? organizations?.get(NORTHWIND);
      organizations?.del('northwind');
      organizations?.del(NORTHWIND);
    });
    expect(await atHarvest).toEqual([...Array.from({ length: before }, (_, index) => index), 'status 403']);
    await world.session(HARVEST).contract().submitTransaction('put', 'without', 'northwind');
    expect(await heightOf(own.network())).toBe(before);
    expect(text(await own.contract().evaluateTransaction('get', 'without'))).toBe('');
    expect(await heightOf(world.session(HARVEST).network())).toBe(before + 2);

    await updateConfig(world, cscc, [HARVEST, MERIDIAN], (root) => {
      if (removed === undefined) throw new Error('nobody was removed');
      root.getGroupsMap().get('Application')?.getGroupsMap().set(NORTHWIND, removed);
    });
    await world.session(HARVEST).contract().submitTransaction('put', 'with', 'northwind');
    expect(text(await own.contract().evaluateTransaction('get', 'without'))).toBe('northwind');
    expect(await heightOf(own.network())).toBe(before + 4);
  });
});

type Position = number | 'oldest' | 'newest';

/** What a peer's Deliver answers: numbers of blocks, then the status. */
async function delivered(
  mspId: string,
  start: Position,
  stop: Position,
  fail = false,
  channel = 'trade',
  at = mspId,
): Promise<(number | string)[]> {
  const seek = new orderer.SeekInfo();
  seek.setStart(positionOf(start));
  seek.setStop(positionOf(stop));
  const { BLOCK_UNTIL_READY, FAIL_IF_NOT_READY } = orderer.SeekInfo.SeekBehavior;
  seek.setBehavior(fail ? FAIL_IF_NOT_READY : BLOCK_UNTIL_READY);
  const { peerEndpoint, tlsRootCertificatePem } = world.organization(at);
  const client = new peer.DeliverClient(peerEndpoint, credentials.createSsl(Buffer.from(tlsRootCertificatePem)));
  const stream = client.deliver();
  const answers: (number | string)[] = [];
  stream.write(signedEnvelope(DELIVER_SEEK_INFO, channel, seek, signerOf(mspId)));
  for await (const response of stream as AsyncIterable<peer.DeliverResponse>) {
    const block = response.getBlock();
    answers.push(block === undefined ? `status ${response.getStatus()}` : blockNumber(block));
    if (block === undefined) break;
  }
  client.close();
  return answers;
}

function positionOf(position: Position): orderer.SeekPosition {
  const message = new orderer.SeekPosition();
  if (position === 'oldest') message.setOldest(new orderer.SeekOldest());
  else if (position === 'newest') message.setNewest(new orderer.SeekNewest());
  else {
    const specified = new orderer.SeekSpecified();
    specified.setNumber(position);
    message.setSpecified(specified);
  }
  return message;
}

function signerOf(mspId: string, user = 'user1'): ReturnType<typeof signingIdentity> {
  const keys = world.organization(mspId).users[user];
  if (keys === undefined) throw new Error(`${mspId} has no ${user}`);
  return signingIdentity(mspId, keys);
}

async function discover(mspId: string, user: string): Promise<discovery.QueryResult[]> {
  const signer = signerOf(mspId, user);
  const authentication = new discovery.AuthInfo();
  authentication.setClientIdentity(signer.serialized);
  const call = new peer.ChaincodeCall();
  call.setName('assets');
  const interest = new peer.ChaincodeInterest();
  interest.setChaincodesList([call]);
  const chaincodes = new discovery.ChaincodeQuery();
  chaincodes.setInterestsList([interest]);
  const queries = [new discovery.Query(), new discovery.Query(), new discovery.Query()];
  queries[0]?.setConfigQuery(new discovery.ConfigQuery());
  queries[1]?.setPeerQuery(new discovery.PeerMembershipQuery());
  queries[2]?.setCcQuery(chaincodes);
  for (const query of queries) query.setChannel('trade');
  const request = new discovery.Request();
  request.setAuthentication(authentication);
  request.setQueriesList(queries);
  const signed = new discovery.SignedRequest();
  signed.setPayload(request.serializeBinary());
  signed.setSignature(signer.sign(request.serializeBinary()));
  const { peerEndpoint, tlsRootCertificatePem } = world.organization(mspId);
  const client = new discovery.DiscoveryClient(peerEndpoint, credentials.createSsl(Buffer.from(tlsRootCertificatePem)));
  const response = await new Promise<discovery.Response>((resolve, reject) =>
    client.discover(signed, (error, answer) =>
      answer === undefined ? reject(error ?? new Error('no answer')) : resolve(answer),
    ),
  );
  client.close();
  return response.getResultsList();
}
