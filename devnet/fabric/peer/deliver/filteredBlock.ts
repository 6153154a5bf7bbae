import { peer } from '@hyperledger/fabric-protos';
import type { common } from '@hyperledger/fabric-protos';
import { blockData, blockNumber, transactionsFilter } from '../messages/block.js';
import { envelopeOf, eventOf, isEndorserTransaction, unpackAction } from '../messages/transaction.js';
import type { UnpackedEnvelope } from '../messages/transaction.js';

type ValidationCode = peer.TxValidationCodeMap[keyof peer.TxValidationCodeMap];

/** A block without arguments, results and payloads: ids, codes and the names of events. */
export function filteredBlock(block: common.Block): peer.FilteredBlock {
  const filter = transactionsFilter(block);
  const message = new peer.FilteredBlock();
  message.setNumber(blockNumber(block));
  blockData(block).forEach((data, index) => {
    const unpacked = readable(data);
    if (unpacked === null) return;
    message.setChannelId(unpacked.channelHeader.getChannelId());
    // The filter holds nothing but codes of this enumeration.
    message.addFilteredTransactions(filteredTransaction(unpacked, (filter[index] ?? 0) as ValidationCode));
  });
  return message;
}

function filteredTransaction(unpacked: UnpackedEnvelope, code: ValidationCode): peer.FilteredTransaction {
  const { channelHeader, payload } = unpacked;
  const message = new peer.FilteredTransaction();
  message.setTxid(channelHeader.getTxId());
  message.setType(channelHeader.getType() as common.HeaderTypeMap[keyof common.HeaderTypeMap]);
  message.setTxValidationCode(code);
  if (isEndorserTransaction(channelHeader)) message.setTransactionActions(actionsOf(payload.getData_asU8()));
  return message;
}

function actionsOf(transaction: Uint8Array): peer.FilteredTransactionActions {
  const message = new peer.FilteredTransactionActions();
  const event = eventOf(unpackAction(transaction).action);
  if (event === null || event.getChaincodeId() === '') return message;
  const named = new peer.ChaincodeEvent();
  named.setTxId(event.getTxId());
  named.setChaincodeId(event.getChaincodeId());
  named.setEventName(event.getEventName());
  const action = new peer.FilteredChaincodeAction();
  action.setChaincodeEvent(named);
  message.setChaincodeActionsList([action]);
  return message;
}

function readable(data: Uint8Array): UnpackedEnvelope | null {
  try {
    return envelopeOf(data);
  } catch {
    // What cannot be read was ordered and found invalid; it has no id to be told by.
    return null;
  }
}
