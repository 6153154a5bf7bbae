import { ledgerKind } from '../../model/ids.js';
import type { BlockRow, EventRow, LedgerRow, TransactionRow } from '../../store/store.js';
import { blockId, eventId, transactionId } from '../rowIds.js';
import {
  Chain,
  ChaincodeEvent,
  Channel,
  EthereumBlock,
  EthereumTransaction,
  FabricBlock,
  FabricTransaction,
  Log,
} from './types.js';

// Rows as the stubs that stand for them.

const onFabric = (row: { readonly ledger: BlockRow['ledger'] }): boolean => ledgerKind(row.ledger) === 'fabric';

export const ledgerStub = ({ id, kind }: Pick<LedgerRow, 'id' | 'kind'>): object =>
  kind === 'fabric' ? new Channel(id) : new Chain(id);

export function blockStub(row: BlockRow): object {
  const id = blockId(row.ledger, row);
  return onFabric(row) ? new FabricBlock(id) : new EthereumBlock(id);
}

export function transactionStub(row: TransactionRow): object {
  const id = transactionId(row);
  return onFabric(row) ? new FabricTransaction(id) : new EthereumTransaction(id);
}

export function eventStub(row: EventRow): object {
  const id = eventId(row);
  return onFabric(row) ? new ChaincodeEvent(id) : new Log(id);
}
