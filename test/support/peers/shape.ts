import type { Proposal, ProposalOptions } from '@hyperledger/fabric-gateway';
import { common, ledger, msp } from '@hyperledger/fabric-protos';
import { blockData, blockNumber } from '../../../devnet/fabric/peer/messages/block.js';
import { envelopeOf, eventOf, unpackAction } from '../../../devnet/fabric/peer/messages/transaction.js';
import { HARVEST, MERIDIAN, NORTHWIND, type FabricWorld } from '../../contract/embeddedFabric/world.js';

const { kvrwset, TxReadWriteSet } = ledger.rwset;

export const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  trade: [HARVEST, MERIDIAN, NORTHWIND],
  payments: [MERIDIAN, NORTHWIND],
};

/** Resolves when all peers of a channel have the same blocks: on real nodes they get them one after another. */
export async function untilEqual(world: FabricWorld, channel = 'trade'): Promise<void> {
  const members = MEMBERS[channel] ?? [];
  for (const until = Date.now() + 60_000; Date.now() < until;) {
    const heights = await Promise.all(members.map((mspId) => heightOf(world, mspId, channel)));
    if (new Set(heights).size === 1) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`The peers of ${channel} do not come to the same height`);
}

export async function heightOf(world: FabricWorld, mspId = HARVEST, channel = 'trade'): Promise<number> {
  const info = await world.shared(mspId).contract('qscc', channel).evaluateTransaction('GetChainInfo', channel);
  return common.BlockchainInfo.deserializeBinary(info).getHeight();
}

export interface Call extends ProposalOptions {
  readonly mspId?: string;
  readonly user?: string;
  readonly channel?: string;
  readonly chaincode?: string;
}

export function proposed(world: FabricWorld, name: string, call: Call = {}): Proposal {
  const { mspId = HARVEST, user = 'user1', channel, chaincode, ...options } = call;
  return world.shared(mspId, user).contract(chaincode, channel).newProposal(name, options);
}

export async function evaluated(world: FabricWorld, name: string, call: Call = {}): Promise<string> {
  return Buffer.from(await proposed(world, name, call).evaluate()).toString('utf8');
}

/** Submits, waits for the block, and tells all of the transaction that is not chance. */
export async function submitted(world: FabricWorld, name: string, call: Call = {}): Promise<unknown> {
  const transaction = await (await proposed(world, name, call).endorse()).submit();
  const status = await transaction.getStatus();
  await untilEqual(world, call.channel);
  const result = Buffer.from(transaction.getResult()).toString('utf8');
  return { code: status.code, result, ...(await shapeOf(world, transaction.getTransactionId(), call)) };
}

async function shapeOf(world: FabricWorld, id: string, { mspId = HARVEST, channel = 'trade' }: Call): Promise<object> {
  const qscc = world.shared(mspId).contract('qscc', channel);
  const block = common.Block.deserializeBinary(await qscc.evaluateTransaction('GetBlockByTxID', channel, id));
  const data = blockData(block).find((bytes) => envelopeOf(bytes).channelHeader.getTxId() === id);
  if (data === undefined) throw new Error('The block lacks its transaction');
  const action = unpackAction(envelopeOf(data).payload.getData_asU8());
  const endorsers = action.endorsements.map((endorsement) =>
    msp.SerializedIdentity.deserializeBinary(endorsement.getEndorser_asU8()).getMspid(),
  );
  const event = eventOf(action.action);
  const results = TxReadWriteSet.deserializeBinary(action.action.getResults_asU8());
  return {
    metadata: block
      .getMetadata()
      ?.getMetadataList_asU8()
      .map((bytes) => bytes.length > 0),
    chaincode: action.action.getChaincodeId()?.toObject(),
    response: action.action.getResponse()?.toObject(),
    event: event === null ? null : [event.getChaincodeId(), event.getEventName(), event.getPayload_asU8()],
    endorsers: endorsers.length,
    first: endorsers.includes(mspId),
    dataModel: results.getDataModel(),
    namespaces: results.getNsRwsetList().map((namespace) => namespaceOf(namespace, blockNumber(block))),
  };
}

function namespaceOf(set: ledger.rwset.NsReadWriteSet, block: number): object {
  const keys = kvrwset.KVRWSet.deserializeBinary(set.getRwset_asU8());
  const age = (version: ledger.rwset.kvrwset.Version | undefined): number | null =>
    version === undefined || set.getNamespace() === '_lifecycle' ? null : block - version.getBlockNum();
  return {
    name: set.getNamespace(),
    reads: keys.getReadsList().map((read) => [read.getKey(), read.hasVersion(), age(read.getVersion())]),
    ranges: keys.getRangeQueriesInfoList().map((range) => ({
      from: range.getStartKey(),
      to: range.getEndKey(),
      exhausted: range.getItrExhausted(),
      raw: range
        .getRawReads()
        ?.getKvReadsList()
        .map((read) => [read.getKey(), age(read.getVersion())]),
      merkle: range.getReadsMerkleHashes()?.toObject(),
    })),
    writes: keys.getWritesList().map((write) => [write.getKey(), write.getIsDelete(), write.getValue_asU8()]),
    metadata: keys.getMetadataWritesList().map((write) => write.toObject()),
    collections: set.getCollectionHashedRwsetList().map((collection) => {
      const hashed = kvrwset.HashedRWSet.deserializeBinary(collection.getHashedRwset_asU8());
      return {
        name: collection.getCollectionName(),
        hash: collection.getPvtRwsetHash_asU8().length,
        reads: hashed.getHashedReadsList().map((read) => [read.getKeyHash_asB64(), age(read.getVersion())]),
        writes: hashed.getHashedWritesList().map((write) => write.toObject()),
        metadata: hashed.getMetadataWritesList().map((write) => write.toObject()),
      };
    }),
  };
}
