import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { common, ledger, peer } from '@hyperledger/fabric-protos';
import type { DeployOptions } from '../../../devnet/fabric/deploy.js';
import { blockData } from '../../../devnet/fabric/peer/messages/block.js';
import { envelopeOf, unpackAction } from '../../../devnet/fabric/peer/messages/transaction.js';
import type { UnpackedEnvelope } from '../../../devnet/fabric/peer/messages/transaction.js';
import { blockOf } from './blocks.js';
import { FabricWorld, HARVEST, MERIDIAN, NORTHWIND, freeAddress } from './world.js';

let world: FabricWorld;
let options: DeployOptions;

beforeAll(async () => {
  world = await FabricWorld.start();
  const service = { address: await freeAddress() };
  options = { channel: 'trade', name: 'assets', version: '1.0', service };
  await world.deploy(options);
});
afterAll(() => world?.close());

/** Which fields a message has, without what they hold. Lists are told by their first element. */
type Shape = string | number | boolean | null | Shape[] | { [field: string]: Shape };

/** A transaction as blocks hold it, in parts that can be compared. */
interface Transaction {
  readonly envelope: Shape;
  readonly namespaces: Shape;
}

function transactionOf(block: common.Block): Transaction {
  const [data] = blockData(block);
  if (data === undefined) throw new Error('the block is empty');
  const unpacked = envelopeOf(data);
  const action = unpackAction(unpacked.payload.getData_asU8());
  const results = ledger.rwset.TxReadWriteSet.deserializeBinary(action.action.getResults_asU8());
  return { envelope: headers(unpacked, action), namespaces: results.getNsRwsetList().map(namespaceOf) };
}

function headers({ channelHeader }: UnpackedEnvelope, action: ReturnType<typeof unpackAction>): Shape {
  const extension = peer.ChaincodeHeaderExtension.deserializeBinary(channelHeader.getExtension_asU8());
  const proposal = peer.ChaincodeProposalPayload.deserializeBinary(action.proposalPayload);
  const response = action.action.getResponse();
  return {
    type: channelHeader.getType(),
    version: channelHeader.getVersion(),
    epoch: channelHeader.getEpoch(),
    hasTimestamp: channelHeader.hasTimestamp(),
    chaincode: extension.getChaincodeId()?.getName() ?? null,
    ran: `${action.action.getChaincodeId()?.getName()}:${action.action.getChaincodeId()?.getVersion()}`,
    status: response?.getStatus() ?? null,
    hasPayload: (response?.getPayload_asU8().length ?? 0) > 0,
    transient: proposal.getTransientmapMap().getLength(),
    hasEvent: action.action.getEvents_asU8().length > 0,
  };
}

function namespaceOf(set: ledger.rwset.NsReadWriteSet): Shape {
  const kv = ledger.rwset.kvrwset.KVRWSet.deserializeBinary(set.getRwset_asU8());
  return {
    namespace: set.getNamespace(),
    reads: kv.getReadsList().map((read) => [read.getKey(), read.hasVersion()]),
    writes: kv.getWritesList().map((write) => [write.getKey(), write.getIsDelete()]),
    ranges: kv.getRangeQueriesInfoList().map((range) => [range.getItrExhausted(), range.hasRawReads()]),
    metadata: kv.getMetadataWritesList().map((write) => write.getEntriesList().map((entry) => entry.getName())),
    hasPublicSet: set.getRwset_asU8().length > 0,
    collections: set.getCollectionHashedRwsetList().map(collectionOf),
  };
}

function collectionOf(set: ledger.rwset.CollectionHashedReadWriteSet): Shape {
  const hashed = ledger.rwset.kvrwset.HashedRWSet.deserializeBinary(set.getHashedRwset_asU8());
  return {
    reads: hashed
      .getHashedReadsList()
      .map((read) => [Buffer.from(read.getKeyHash_asU8()).toString('hex'), read.hasVersion()]),
    writes: hashed.getHashedWritesList().map((write) => Buffer.from(write.getKeyHash_asU8()).toString('hex')),
    hasPrivateHash: set.getPvtRwsetHash_asU8().length > 0,
  };
}

function recorded(number: number): Transaction {
  const name = String(number).padStart(6, '0');
  const bytes = readFileSync(`test/fixtures/fabric/bft-trade/blocks/${name}.block`);
  return transactionOf(common.Block.deserializeBinary(bytes));
}

const own = async (number?: number): Promise<Transaction> =>
  transactionOf(await blockOf(world.session(HARVEST).contract('qscc'), 'trade', number));

/** Organisations have other names and another number here: what is in each collection is the same for all of them. */
function withoutNumberOfOrganizations({ envelope, namespaces }: Transaction): Shape {
  const trimmed = (namespaces as { [field: string]: Shape }[]).map((namespace) => ({
    ...namespace,
    collections: (namespace['collections'] as Shape[]).slice(0, 1),
  }));
  return { envelope, namespaces: trimmed };
}

describe('blocks compared with those of a real network', () => {
  // Blocks 1 to 3 are the three approvals, in the order of the organisations; 4 is the commit.
  test('an approval reads and writes the same keys', async () => {
    expect(await own(1)).toEqual(recorded(3));
  });

  test('a commit reads and writes the same keys', async () => {
    expect(withoutNumberOfOrganizations(await own(4))).toEqual(withoutNumberOfOrganizations(recorded(5)));
  });

  test('a transaction reads the definition’s sequence, its own key, and writes', async () => {
    await world.session(HARVEST).contract().submitTransaction('put', 'car-3', 'carol');
    const made = await own();
    const real = recorded(8);
    expect(made.envelope).toEqual(real.envelope);
    const [lifecycle, assets] = made.namespaces as { [field: string]: Shape }[];
    const [realLifecycle, realAssets] = real.namespaces as { [field: string]: Shape }[];
    expect(lifecycle).toEqual(realLifecycle);
    expect(assets).toEqual({ ...realAssets, reads: [] });
  });

  test('a range query that writes nothing leaves its results in the read set', async () => {
    await world.session(HARVEST).contract().submitTransaction('range', 'car-', 'car-~');
    const [, assets] = (await own()).namespaces as { [field: string]: Shape }[];
    const [, realAssets] = recorded(13).namespaces as { [field: string]: Shape }[];
    expect(assets).toEqual(realAssets);
  });

  test('a key-level policy is a metadata write', async () => {
    await world.session(HARVEST).contract().submitTransaction('requireEndorser', 'car-3', MERIDIAN);
    expect((await own()).namespaces).toEqual([
      expect.objectContaining({ namespace: '_lifecycle' }),
      expect.objectContaining({ namespace: 'assets', metadata: [['VALIDATION_PARAMETER']], writes: [] }),
    ]);
  });

  test('private writes read the whole definition and leave hashes alone', async () => {
    const shared = { name: 'shared', policy: `OR('${HARVEST}.member', '${MERIDIAN}.member', '${NORTHWIND}.member')` };
    await world.redeploy({ ...options, collections: [shared] });
    await world
      .session(HARVEST)
      .contract()
      .submit('putPrivate', {
        arguments: ['shared', 'price-1'],
        transientData: { value: Buffer.from('99.50') },
      });
    const { namespaces } = await own();
    expect(namespaces).toEqual(recorded(31).namespaces);
    await world.session(HARVEST).contract().submitTransaction('getPrivate', 'shared', 'price-1');
    expect((await own()).namespaces).toEqual(recorded(34).namespaces);
  });
});
