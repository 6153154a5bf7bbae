import type { TransactionParty } from '../../model/block.js';
import type { EthereumTransactionDetail } from '../../model/ethereum.js';
import type { LedgerId } from '../../model/ids.js';
import type { SignedTransactionFacts } from '../../ledgers/ledger.js';
import type { TransactionRow } from '../../store/store.js';

/** A transaction that was sent and that no indexed block holds yet. */
export interface WaitingTransaction {
  readonly ledger: LedgerId;
  readonly hash: string;
  readonly block: null;
  readonly index: null;
  readonly timestampMs: null;
  readonly confirmation: 'PENDING';
  readonly outcome: null;
  readonly parties: readonly TransactionParty[];
  readonly detail: Omit<EthereumTransactionDetail, 'gasUsed'>;
}

/** A row of the index, or a transaction that is not there yet. */
export type KnownTransaction = TransactionRow | WaitingTransaction;

export function waitingTransaction(ledger: LedgerId, { hash, detail }: SignedTransactionFacts): WaitingTransaction {
  const sender: TransactionParty = { nativeId: detail.from, role: 'SENDER' };
  return {
    ...{ ledger, hash, block: null, index: null, timestampMs: null, confirmation: 'PENDING', outcome: null, detail },
    parties: detail.to === null ? [sender] : [sender, { nativeId: detail.to, role: 'RECIPIENT' }],
  };
}
