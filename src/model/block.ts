import type { EthereumBlockDetail, EthereumEventDetail, EthereumTransactionDetail, TokenTransfer } from './ethereum.js';
import type {
  ChannelConfigRecord,
  FabricBlockDetail,
  FabricEventDetail,
  FabricTransactionDetail,
  LifecycleRecord,
} from './fabric.js';
import type { Outcome } from './finality.js';
import type { BlockGovernance } from './governance.js';
import type { LedgerId } from './ids.js';

/** A block named by number and hash: the hash tells branches apart. */
export interface BlockRef {
  readonly number: number;
  /** Ethereum: 0x-prefixed; Fabric: plain hex of the header hash. Lower case. */
  readonly hash: string;
}

/** A block as the ledger gave it: the bytes from which everything else is derived again. */
export interface RawBlock extends BlockRef {
  readonly parentHash: string | null;
  /** Fabric: the serialised `common.Block` as a peer delivers it. Ethereum: UTF-8 JSON `{block, receipts}` of the node's answers, in one canonical form. Amazon: JSON of what a poll found. */
  readonly bytes: Uint8Array;
}

/** What takes a block's place where Amazon keeps the network. */
export interface AmbRecordDetail {
  readonly kind: 'amb';
}

/** A party to a transaction by its native id: an MSP id, or an EIP-55 address. */
export interface TransactionParty {
  readonly nativeId: string;
  readonly role: 'CREATOR' | 'ENDORSER' | 'SENDER' | 'RECIPIENT' | 'CREATED';
}

/** One event of a transaction: a chaincode event or a log. */
export interface DecodedEvent {
  /** The log's index in its block on Ethereum, 0 on Fabric. */
  readonly index: number;
  readonly name: string | null;
  readonly chaincode: string | null;
  /** EIP-55. */
  readonly address: string | null;
  /** 0x-prefixed, at most four; empty on Fabric. */
  readonly topics: readonly string[];
  readonly detail: FabricEventDetail | EthereumEventDetail;
}

/** One transaction, fully decoded. `detail` is plain JSON (bytes as hex or base64 as its type says, big numbers as decimal strings). */
export interface DecodedTransaction {
  readonly index: number;
  /** Ethereum's transaction hash; Fabric's transaction id, or the envelope's SHA-256 where it has none. */
  readonly hash: string;
  readonly timestampMs: number | null;
  readonly outcome: Outcome;
  readonly parties: readonly TransactionParty[];
  readonly chaincode: string | null;
  /** Fabric: the function called. Ethereum: the decoded method's name. */
  readonly function: string | null;
  readonly detail: FabricTransactionDetail | EthereumTransactionDetail;
  readonly events: readonly DecodedEvent[];
}

/** One block, fully decoded and verified: what ingest writes. The same raw bytes in the same order give the same value always. */
export interface DecodedBlock extends BlockRef {
  readonly ledger: LedgerId;
  readonly parentHash: string | null;
  readonly timestampMs: number | null;
  readonly bytes: Uint8Array;
  readonly detail: FabricBlockDetail | EthereumBlockDetail | AmbRecordDetail;
  readonly transactions: readonly DecodedTransaction[];
  /** A channel's configuration where this block sets it. */
  readonly config: ChannelConfigRecord | null;
  /** Chaincode approvals and definitions that became valid in this block. */
  readonly lifecycle: readonly LifecycleRecord[];
  readonly tokenTransfers: readonly TokenTransfer[];
  /** What it changed of proposals, votes and invitations; absent until it was observed, or where it changed nothing. */
  readonly governance?: BlockGovernance;
}
