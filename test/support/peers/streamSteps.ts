import { credentials } from '@grpc/grpc-js';
import type { ChaincodeEventsOptions, CloseableAsyncIterable } from '@hyperledger/fabric-gateway';
import { common, discovery, ledger, orderer, peer } from '@hyperledger/fabric-protos';
import { signedEnvelope } from '../../../devnet/fabric/config/envelope.js';
import { signingIdentity, type SigningIdentity } from '../../../devnet/fabric/msp/signingIdentity.js';
import { HARVEST, MERIDIAN, NORTHWIND, type FabricWorld } from '../../contract/embeddedFabric/world.js';
import { step, type Step } from './answers.js';
import { heightOf, proposed, untilEqual } from './shape.js';

const { rwset } = ledger;
const { DELIVER_SEEK_INFO, ENDORSER_TRANSACTION } = common.HeaderType;

function signerOf(world: FabricWorld, mspId: string, user = 'user1'): SigningIdentity {
  const keys = world.organization(mspId).users[user];
  if (keys === undefined) throw new Error(`${mspId} has no ${user}`);
  return signingIdentity(mspId, keys);
}

/** A block's number from the newest on: the worlds need not be equally high. */
type At = 'oldest' | 'newest' | 'next' | number | { readonly fromNewest: number } | null;
type Method = 'deliver' | 'deliverFiltered' | 'deliverWithPrivateData';

interface Seek {
  readonly from: At;
  readonly to: At;
  readonly fail?: boolean;
  readonly headers?: boolean;
  readonly channel?: string;
  readonly mspId?: string;
  readonly at?: string;
  readonly method?: Method;
  readonly make?: (seek: orderer.SeekInfo, world: FabricWorld) => common.Envelope;
}

function position(at: At, height: number): orderer.SeekPosition | undefined {
  if (at === null) return undefined;
  const made = new orderer.SeekPosition();
  if (at === 'oldest') made.setOldest(new orderer.SeekOldest());
  else if (at === 'newest') made.setNewest(new orderer.SeekNewest());
  else if (at === 'next') made.setNextCommit(new orderer.SeekNextCommit());
  else {
    const specified = new orderer.SeekSpecified();
    specified.setNumber(typeof at === 'number' ? at : height - 1 + at.fromNewest);
    made.setSpecified(specified);
  }
  return made;
}

async function delivered(world: FabricWorld, options: Seek): Promise<unknown> {
  const { channel = 'trade', mspId = HARVEST, at = mspId, method = 'deliver' } = options;
  const height = await heightOf(world);
  const seek = new orderer.SeekInfo();
  seek.setStart(position(options.from, height));
  seek.setStop(position(options.to, height));
  seek.setBehavior(options.fail === true ? 1 : 0);
  seek.setContentType(options.headers === true ? 1 : 0);
  const { peerEndpoint, tlsRootCertificatePem } = world.organization(at);
  const client = new peer.DeliverClient(peerEndpoint, credentials.createSsl(Buffer.from(tlsRootCertificatePem)));
  const stream = client[method]({ deadline: Date.now() + 60_000 });
  const envelope =
    options.make?.(seek, world) ?? signedEnvelope(DELIVER_SEEK_INFO, channel, seek, signerOf(world, mspId));
  stream.write(envelope);
  const answers: unknown[] = [];
  try {
    for await (const answer of stream as AsyncIterable<peer.DeliverResponse>) {
      answers.push(answerOf(answer, height));
      if (answer.getTypeCase() === peer.DeliverResponse.TypeCase.STATUS || answers.length > 3) break;
    }
  } finally {
    stream.cancel();
    client.close();
  }
  return answers;
}

function answerOf(answer: peer.DeliverResponse, height: number): unknown {
  const { FILTERED_BLOCK, STATUS } = peer.DeliverResponse.TypeCase;
  const type = answer.getTypeCase();
  if (type === STATUS) return answer.getStatus();
  if (type === FILTERED_BLOCK) return filtered(answer.getFilteredBlock(), height);
  const both = answer.getBlockAndPrivateData();
  const block = answer.getBlock() ?? both?.getBlock();
  return {
    number: numberOf(block?.getHeader()?.getNumber(), height),
    data: block?.getData()?.getDataList().length,
    metadata: block
      ?.getMetadata()
      ?.getMetadataList_asU8()
      .map((bytes) => bytes.length > 0),
    private:
      both === undefined
        ? null
        : [...both.getPrivateDataMapMap().entries()].map(([index, set]) => [index, privateOf(set)]),
  };
}

const numberOf = (number: number | undefined, height: number): unknown =>
  number === undefined || number < 2 ? number : `newest ${number - height + 1}`;

const privateOf = (set: ledger.rwset.TxPvtReadWriteSet): unknown =>
  set
    .getNsPvtRwsetList()
    .map((namespace) => [
      namespace.getNamespace(),
      namespace
        .getCollectionPvtRwsetList()
        .map((collection) => [
          collection.getCollectionName(),
          keysOf(collection.getRwset_asU8(), namespace.getNamespace() !== '_lifecycle'),
        ]),
    ]);

/** Values of lifecycle hold package ids, each network's own. */
function keysOf(bytes: Uint8Array, whole: boolean): unknown {
  const set = rwset.kvrwset.KVRWSet.deserializeBinary(bytes);
  return whole ? set.toObject() : set.getWritesList().map((write) => write.getKey());
}

function filtered(block: peer.FilteredBlock | undefined, height: number): unknown {
  return {
    channel: block?.getChannelId(),
    number: numberOf(block?.getNumber(), height),
    transactions: block?.getFilteredTransactionsList().map((transaction) => ({
      id: transaction.getTxid().length,
      type: transaction.getType(),
      code: transaction.getTxValidationCode(),
      actions: transaction
        .getTransactionActions()
        ?.getChaincodeActionsList()
        .map((action) => ({ ...action.toObject(), event: action.getChaincodeEvent()?.toObject(), txId: 0 })),
    })),
  };
}

const delivering = (name: string, seek: Seek): Step => step(`deliver: ${name}`, (world) => delivered(world, seek));

const METHODS: readonly Method[] = ['deliver', 'deliverFiltered', 'deliverWithPrivateData'];

const DELIVER: readonly Step[] = [
  ...METHODS.flatMap((method) => [
    delivering(`${method} the first two`, { from: 'oldest', to: 1, method }),
    delivering(`${method} the newest`, { from: 'newest', to: 'newest', method }),
    delivering(`${method} by no member`, { from: 0, to: 0, method, channel: 'payments', at: MERIDIAN }),
    delivering(`${method} by another member`, {
      from: { fromNewest: -2 },
      to: 'newest',
      method,
      mspId: NORTHWIND,
      at: HARVEST,
    }),
  ]),
  delivering('oldest to oldest', { from: 'oldest', to: 'oldest' }),
  delivering('newest to the end', { from: 'newest', to: { fromNewest: 3 }, fail: true }),
  delivering('the next block, without waiting', { from: 'next', to: { fromNewest: 3 }, fail: true }),
  delivering('one past the end, without waiting', { from: { fromNewest: 1 }, to: { fromNewest: 1 }, fail: true }),
  delivering('two past the end', { from: { fromNewest: 2 }, to: { fromNewest: 3 } }),
  delivering('a range that ends before it starts', { from: 1, to: 0 }),
  delivering('newest to an earlier one', { from: 'newest', to: 0 }),
  delivering('no start', { from: null, to: 'newest' }),
  delivering('no end', { from: 0, to: null }),
  delivering('to the next', { from: 'newest', to: 'next', fail: true }),
  delivering('headers', { from: 0, to: 1, headers: true }),
  delivering('headers of transactions', { from: 'newest', to: 'newest', headers: true }),
  delivering('a channel that is not there', { from: 0, to: 0, channel: 'nowhere' }),
  delivering('no channel', { from: 0, to: 0, channel: '' }),
  delivering('an empty envelope', { from: 0, to: 0, make: () => new common.Envelope() }),
  delivering('another type', {
    from: 0,
    to: 0,
    make: (seek, world) => signedEnvelope(ENDORSER_TRANSACTION, 'trade', seek, signerOf(world, HARVEST)),
  }),
  delivering('no seek information', {
    from: 0,
    to: 0,
    make: (_, world) =>
      signedEnvelope(DELIVER_SEEK_INFO, 'trade', { serializeBinary: () => Buffer.from('x') }, signerOf(world, HARVEST)),
  }),
  delivering('a wrong signature', {
    from: 0,
    to: 0,
    make: (seek, world) => {
      const envelope = signedEnvelope(DELIVER_SEEK_INFO, 'trade', seek, signerOf(world, HARVEST));
      envelope.setSignature(signerOf(world, HARVEST).sign(Buffer.from('other')));
      return envelope;
    },
  }),
];

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

/** Three writes, then the events that a client asks for with these options; `after` is the id of the first. */
const eventing = (
  name: string,
  count: number,
  options: (start: bigint, after: string) => ChaincodeEventsOptions,
  chaincode = 'assets',
): Step =>
  step(`events: ${name}`, async (world) => {
    const ids: string[] = [];
    let start = 0n;
    for (const key of ['e1', 'e2', 'e3']) {
      const transaction = await (await proposed(world, 'put', { arguments: [key, '1'] }).endorse()).submit();
      const status = await transaction.getStatus();
      ids.push(status.transactionId);
      if (ids.length === 1) start = status.blockNumber;
      await untilEqual(world);
    }
    const network = world.shared(HARVEST).network();
    const events = await take(count, await network.getChaincodeEvents(chaincode, options(start, ids[0] ?? '')));
    return events.map((event) => ({
      block: Number(event.blockNumber - start),
      name: event.eventName,
      payload: event.payload,
      of: event.chaincodeName,
      transaction: ids.indexOf(event.transactionId),
    }));
  });

const checkpoint = (block: bigint, id?: string): ChaincodeEventsOptions => ({
  checkpoint: { getBlockNumber: () => block, getTransactionId: () => id },
});

const EVENTS: readonly Step[] = [
  eventing('from a block', 3, (start) => ({ startBlock: start })),
  eventing('from a later block', 2, (start) => ({ startBlock: start + 1n })),
  eventing('after a checkpoint', 2, (start, id) => checkpoint(start, id)),
  eventing('after a checkpoint without a transaction', 2, (start) => checkpoint(start + 1n)),
  eventing('after a transaction of another block', 2, (start, id) => checkpoint(start + 1n, id)),
];

async function discovered(
  world: FabricWorld,
  { mspId = HARVEST, user = 'user1', at = mspId }: { mspId?: string; user?: string; at?: string },
  make: (query: discovery.Query) => void,
  signature?: Uint8Array,
): Promise<unknown> {
  const signer = signerOf(world, mspId, user);
  const authentication = new discovery.AuthInfo();
  authentication.setClientIdentity(signer.serialized);
  const query = new discovery.Query();
  make(query);
  const request = new discovery.Request();
  request.setAuthentication(authentication);
  request.setQueriesList([query]);
  const signed = new discovery.SignedRequest();
  signed.setPayload(request.serializeBinary());
  signed.setSignature(signature ?? signer.sign(request.serializeBinary()));
  const { peerEndpoint, tlsRootCertificatePem } = world.organization(at);
  const client = new discovery.DiscoveryClient(peerEndpoint, credentials.createSsl(Buffer.from(tlsRootCertificatePem)));
  try {
    const response = await new Promise<discovery.Response>((resolve, reject) =>
      client.discover(signed, (error, answer) =>
        answer === undefined ? reject(error ?? new Error('no answer')) : resolve(answer),
      ),
    );
    return response.getResultsList().map(resultOf);
  } finally {
    client.close();
  }
}

function resultOf(result: discovery.QueryResult): unknown {
  const config = result.getConfigResult();
  const chaincodes = result.getCcQueryRes();
  return {
    error: result.getError()?.getContent(),
    msps: [...(config?.getMspsMap().entries() ?? [])]
      .map(([id, msp]) => [id, msp.getName(), msp.getRootCertsList().length])
      .sort(),
    orderers: [...(config?.getOrderersMap().entries() ?? [])]
      .map(([id, list]) => [id, list.getEndpointList().length])
      .sort(),
    members: [...(result.getMembers()?.getPeersByOrgMap().entries() ?? [])].map(peersOf).sort(),
    endorsers: chaincodes?.getContentList().map((content) => ({
      chaincode: content.getChaincode(),
      groups: [...content.getEndorsersByGroupsMap().values()]
        .map((peers) => peersOf(['', peers]))
        .map(String)
        .sort(),
      layouts: content.getLayoutsList().map((layout) => [...layout.getQuantitiesByGroupMap().values()]),
    })),
  };
}

const peersOf = ([mspId, peers]: [string, discovery.Peers]): unknown[] => [
  mspId,
  ...peers
    .getPeersList()
    .map((item) => [item.hasMembershipInfo(), item.hasStateInfo(), item.getIdentity_asU8().length > 0].join()),
];

function interest(...calls: readonly (readonly [string, ...string[]])[]): (query: discovery.Query) => void {
  const made = new peer.ChaincodeInterest();
  made.setChaincodesList(
    calls.map(([name, ...collections]) => {
      const call = new peer.ChaincodeCall();
      call.setName(name);
      call.setCollectionNamesList([...collections]);
      return call;
    }),
  );
  return (query) => {
    const chaincodes = new discovery.ChaincodeQuery();
    chaincodes.setInterestsList([made]);
    query.setChannel('trade');
    query.setCcQuery(chaincodes);
  };
}

type Asked = Parameters<typeof discovered>;
const discovering = (name: string, who: Asked[1], make: Asked[2], signature?: Uint8Array): Step =>
  step(`discovery: ${name}`, (world) => discovered(world, who, make, signature));

const config = (query: discovery.Query): void => query.setConfigQuery(new discovery.ConfigQuery());
const peers = (query: discovery.Query): void => query.setPeerQuery(new discovery.PeerMembershipQuery());
const local = (query: discovery.Query): void => query.setLocalPeers(new discovery.LocalPeerQuery());
const on =
  (channel: string, make: (query: discovery.Query) => void) =>
  (query: discovery.Query): void => {
    query.setChannel(channel);
    make(query);
  };

const DISCOVERY: readonly Step[] = [
  discovering('the configuration', {}, on('trade', config)),
  discovering('the peers', {}, on('trade', peers)),
  discovering('the endorsers', {}, interest(['assets'])),
  discovering('the endorsers of a collection', {}, interest(['assets', 'prices'])),
  discovering('the endorsers of a collection of one', {}, interest(['assets', 'own'])),
  discovering('the endorsers of a collection that is not there', {}, interest(['assets', 'nothing'])),
  discovering('the endorsers of two', {}, interest(['assets'], ['down'])),
  discovering('the endorsers of what some have', {}, interest(['partly'])),
  discovering('the endorsers of nothing', {}, interest(['nowhere'])),
  discovering('the endorsers of no name', {}, interest([''])),
  discovering('the endorsers of no chaincode', {}, interest()),
  discovering('the own peers, by a client', {}, local),
  discovering('the own peers, by an admin', { user: 'admin' }, local),
  discovering('the own peers, by another admin', { mspId: MERIDIAN, user: 'admin', at: HARVEST }, local),
  discovering('a channel of others', {}, on('payments', config)),
  discovering('a channel by no member', { at: MERIDIAN }, on('payments', peers)),
  discovering('a channel that is not there', {}, on('nowhere', config)),
  discovering('the configuration of no channel', { user: 'admin' }, config),
  discovering(
    'nothing',
    {},
    on('trade', () => undefined),
  ),
  discovering('the own peers on a channel', {}, on('trade', local)),
  discovering('a wrong signature', {}, on('trade', config), Buffer.from('x')),
];

export const streamSteps: readonly Step[] = [...DELIVER, ...EVENTS, ...DISCOVERY];
