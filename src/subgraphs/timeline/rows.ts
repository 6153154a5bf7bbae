import { ledgerKind } from '../../model/ids.js';
import { Seen } from '../seen.js';
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

// Rows as the stubs that stand for them. `seen`: this very row is meant, not what the id finds.

const onFabric = (row: { readonly ledger: BlockRow['ledger'] }): boolean => ledgerKind(row.ledger) === 'fabric';

export const ledgerStub = ({ id, kind }: Pick<LedgerRow, 'id' | 'kind'>): object =>
  kind === 'fabric' ? new Channel(id) : new Chain(id);

export function blockStub(row: BlockRow, seen?: Seen): object {
  const id = blockId(row.ledger, row);
  return onFabric(row) ? new FabricBlock(id, seen) : new EthereumBlock(id, seen);
}

/** A hash finds the canonical transaction: one that was taken back and came again is told apart by its row. */
export function transactionStub(row: TransactionRow, seen?: Seen): object {
  const id = transactionId(row);
  return onFabric(row)
    ? new FabricTransaction(id, seen)
    : new EthereumTransaction(id, seen ?? (row.confirmation === 'RETRACTED' ? new Seen(row) : undefined));
}

/** What a transaction shows without its detail, on every ledger. Invariant: nothing of these reads `detail`. */
const SHOWN_BY_ROW: ReadonlySet<string> = new Set([
  ...['__typename', 'id', 'hash', 'index', 'timestamp', 'confirmation', 'outcome'],
  ...['ledger', 'channel', 'chain', 'block', 'members'],
]);

export const needsDetail = (fields: ReadonlySet<string>): boolean =>
  [...fields].some((name) => !SHOWN_BY_ROW.has(name));

/** A row that a list has read: its home takes it as it is and need not look it up by its id. */
export const listedTransaction = (row: TransactionRow): object => transactionStub(row, new Seen(row));

export function eventStub(row: EventRow, seen?: Seen): object {
  const id = eventId(row);
  return onFabric(row) ? new ChaincodeEvent(id, seen) : new Log(id, seen);
}
