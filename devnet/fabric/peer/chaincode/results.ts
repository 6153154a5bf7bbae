import { ledger } from '@hyperledger/fabric-protos';
import type { ChannelView } from '../channelView.js';
import { blockData } from '../messages/block.js';
import { decodeReadWriteSet } from '../messages/readWriteSet.js';
import { envelopeOf, unpackAction } from '../messages/transaction.js';
import type { RangeIterator } from '../simulate/rangeIterator.js';
import type { KeyedEntry } from '../state/entry.js';
import type { Version } from '../state/version.js';
import type { ResultSource } from './transactionContext.js';

const { KV, KeyModification } = ledger.queryresult;

/** A range of public keys as a chaincode reads it. */
export function rangeSource(namespace: string, iterator: RangeIterator): ResultSource {
  return {
    next: () => {
      const found = iterator.next();
      return found === null ? null : keyValue(namespace, found);
    },
    bookmark: () => iterator.bookmark(),
  };
}

export function privateRangeSource(namespace: string, entries: Iterator<KeyedEntry>): ResultSource {
  return {
    next: () => {
      const { done, value } = entries.next();
      return done === true ? null : keyValue(namespace, value);
    },
    bookmark: () => '',
  };
}

/** Every value that a key had, newest first, read from the blocks. */
export function historySource(view: ChannelView, namespace: string, key: string): ResultSource {
  const versions = [...view.history(namespace, key)].reverse();
  let next = 0;
  return {
    next: () => {
      const version = versions[next];
      next++;
      return version === undefined ? null : modification(view, namespace, key, version);
    },
    bookmark: () => '',
  };
}

function keyValue(namespace: string, { key, entry }: KeyedEntry): Uint8Array {
  const message = new KV();
  message.setNamespace(namespace);
  message.setKey(key);
  message.setValue(entry.value);
  return message.serializeBinary();
}

function modification(view: ChannelView, namespace: string, key: string, version: Version): Uint8Array {
  const data = blockData(view.block(version.block))[version.transaction];
  if (data === undefined) throw new Error(`block ${version.block} has no transaction ${version.transaction}`);
  const { channelHeader, payload } = envelopeOf(data);
  const { action } = unpackAction(payload.getData_asU8());
  const set = decodeReadWriteSet(action.getResults_asU8()).find((candidate) => candidate.namespace === namespace);
  const value = set?.writes.find((write) => write.key === key)?.value ?? null;
  const message = new KeyModification();
  message.setTxId(channelHeader.getTxId());
  message.setValue(value ?? new Uint8Array());
  message.setIsDelete(value === null);
  const timestamp = channelHeader.getTimestamp();
  if (timestamp !== undefined) message.setTimestamp(copyOf(timestamp));
  return message.serializeBinary();
}

type Timestamp = NonNullable<ReturnType<ledger.queryresult.KeyModification['getTimestamp']>>;
const copyOf = (timestamp: Timestamp): Timestamp => timestamp.cloneMessage();
