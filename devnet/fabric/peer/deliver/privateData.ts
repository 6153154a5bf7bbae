import { ledger, msp, peer } from '@hyperledger/fabric-protos';
import type { common } from '@hyperledger/fabric-protos';
import type { SignedData } from '../../ports.js';
import type { ChannelView } from '../channelView.js';
import type { PrivateWrites } from '../ledger/privateLog.js';
import { implicitOwner, staticCollection } from '../lifecycle/definition.js';
import { definitionIn } from '../lifecycle/lifecycleState.js';
import { blockNumber } from '../messages/block.js';

const { NsPvtReadWriteSet, CollectionPvtReadWriteSet, TxPvtReadWriteSet } = ledger.rwset;

/** A block with what its transactions wrote to the collections that the client may see and the peer keeps. */
export function blockAndPrivateData(
  view: ChannelView,
  block: common.Block,
  client: SignedData,
): peer.BlockAndPrivateData {
  const message = new peer.BlockAndPrivateData();
  message.setBlock(block);
  const visible = view.privateWrites(blockNumber(block)).filter((writes) => maySee(view, writes, client));
  const transactions = new Set(visible.map(({ version }) => version.transaction));
  for (const transaction of transactions) {
    const writes = visible.filter(({ version }) => version.transaction === transaction);
    message.getPrivateDataMapMap().set(transaction, setOf(writes));
  }
  return message;
}

function maySee(view: ChannelView, { namespace, collection }: PrivateWrites, client: SignedData): boolean {
  const owner = implicitOwner(collection);
  if (owner !== null) return msp.SerializedIdentity.deserializeBinary(client.identity).getMspid() === owner;
  const definition = definitionIn(view.state, namespace);
  const config = definition === null ? null : staticCollection(definition, collection);
  const policy = config?.getMemberOrgsPolicy()?.getSignaturePolicy();
  return policy !== undefined && view.bundle.satisfies(policy, [client]);
}

function setOf(writes: readonly PrivateWrites[]): ledger.rwset.TxPvtReadWriteSet {
  const message = new TxPvtReadWriteSet();
  for (const namespace of new Set(writes.map((item) => item.namespace))) {
    const set = new NsPvtReadWriteSet();
    set.setNamespace(namespace);
    for (const { collection, set: bytes } of writes.filter((item) => item.namespace === namespace)) {
      const part = new CollectionPvtReadWriteSet();
      part.setCollectionName(collection);
      part.setRwset(bytes);
      set.addCollectionPvtRwset(part);
    }
    message.addNsPvtRwset(set);
  }
  return message;
}
