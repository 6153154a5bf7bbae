import type { FabricLedger } from '../../ledgers/ledger.js';
import type { TransactionParty } from '../../model/block.js';
import type { FabricTransactionDetail } from '../../model/fabric.js';
import type { LedgerId } from '../../model/ids.js';
import type { TransactionRow } from '../../store/store.js';
import { unpackEnvelope } from '../fabricSender.js';

/** A transaction that was given to ordering and that no indexed block holds yet. */
export interface WaitingTransaction {
  readonly ledger: LedgerId;
  readonly hash: string;
  readonly block: null;
  readonly index: null;
  readonly timestampMs: number | null;
  readonly confirmation: 'PENDING';
  readonly outcome: null;
  readonly parties: readonly TransactionParty[];
  readonly detail: FabricTransactionDetail;
}

/** A row of the index, or a transaction that is not there yet. */
export type KnownTransaction = TransactionRow | WaitingTransaction;

/** `sent`: the bytes that a write keeps. */
export function waitingTransaction(ledger: FabricLedger, sent: Uint8Array): WaitingTransaction {
  const { transactionId: hash, timestampMs, parties, detail } = ledger.inspect(unpackEnvelope(sent).transaction);
  return {
    ...{ ledger: ledger.id, hash, block: null, index: null, timestampMs, parties, detail },
    ...{ confirmation: 'PENDING', outcome: null },
  };
}
