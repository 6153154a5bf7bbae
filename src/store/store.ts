import type { BlockRef, DecodedBlock, RawBlock, TransactionParty } from '../model/block.js';
import type {
  EthereumEventDetail,
  EthereumTransactionDetail,
  TokenTransfer,
  TokenStandard,
} from '../model/ethereum.js';
import type {
  ChaincodeDefinition,
  ChannelConfigRecord,
  FabricEventDetail,
  FabricTransactionDetail,
} from '../model/fabric.js';
import type { Confirmation, Outcome } from '../model/finality.js';
import type { LedgerId, LedgerKind } from '../model/ids.js';
import type { Scope } from '../model/scope.js';
import type { StoreChanges } from './changes.js';
import type { GovernanceKnown, GovernanceReads } from './governance.js';
import type { StoreUpkeep } from './upkeep.js';

export type * from './changes.js';
export type * from './governance.js';
export type * from './journal.js';
export type * from './upkeep.js';
/** Names, hashes and addresses are compared in this form. */
export { keyText } from './text.js';

// ── Rows ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface LedgerRow {
  readonly id: LedgerId;
  readonly kind: LedgerKind;
  readonly name: string;
  /** The first block that is indexed. */
  readonly startBlock: number;
  /** The last indexed block; null before the first. */
  readonly tip: BlockRef | null;
  readonly tipTimestampMs: number | null;
  /** -1 while none is. */
  readonly finalized: number;
  readonly safe: number;
  /** The head that ingest heard of last, and when. */
  readonly head: BlockRef | null;
  readonly headSeenAtMs: number | null;
}

export interface BlockRow extends BlockRef {
  readonly ledger: LedgerId;
  readonly parentHash: string | null;
  readonly timestampMs: number | null;
  readonly transactionCount: number;
  readonly confirmation: Confirmation;
  readonly detail: DecodedBlock['detail'];
}

export interface TransactionRow {
  readonly ledger: LedgerId;
  readonly block: BlockRef;
  readonly index: number;
  readonly hash: string;
  readonly timestampMs: number | null;
  readonly confirmation: Confirmation;
  readonly outcome: Outcome;
  readonly chaincode: string | null;
  readonly function: string | null;
  readonly parties: readonly TransactionParty[];
  readonly detail: FabricTransactionDetail | EthereumTransactionDetail;
}

export interface EventRow {
  readonly ledger: LedgerId;
  readonly block: BlockRef;
  readonly transactionIndex: number;
  readonly transactionHash: string;
  readonly index: number;
  readonly timestampMs: number | null;
  readonly confirmation: Confirmation;
  readonly name: string | null;
  readonly chaincode: string | null;
  readonly address: string | null;
  readonly topics: readonly string[];
  readonly detail: FabricEventDetail | EthereumEventDetail;
}

export interface ConfigRow extends ChannelConfigRecord {
  readonly ledger: LedgerId;
  readonly block: BlockRef;
  readonly timestampMs: number | null;
}

/** An organisation's standing on a channel, from its config blocks. Addresses on chains come from configuration, not from here. */
export interface MembershipRow {
  readonly ledger: LedgerId;
  readonly nativeId: string;
  readonly role: 'MEMBER' | 'ORDERER';
  readonly status: 'JOINING' | 'ACTIVE' | 'REMOVED';
  readonly sinceMs: number | null;
  readonly untilMs: number | null;
  /** The block that says so last. */
  readonly evidence: BlockRef;
}

export interface ChaincodeRow {
  readonly ledger: LedgerId;
  readonly definition: ChaincodeDefinition;
  readonly block: BlockRef;
  readonly transactionIndex: number;
}
export interface ApprovalRow {
  readonly ledger: LedgerId;
  readonly mspId: string;
  readonly definition: ChaincodeDefinition;
  readonly block: BlockRef;
  readonly transactionIndex: number;
  readonly timestampMs: number | null;
}
export interface TokenTransferRow extends TokenTransfer {
  readonly ledger: LedgerId;
  readonly block: BlockRef;
}
export interface TokenHeldRow {
  readonly token: string;
  readonly standard: TokenStandard;
  /** Ids that ever went to the account, newest first, at most 1,000. */
  readonly tokenIds: readonly string[];
}
export interface ActivityRow {
  readonly ledger: LedgerId;
  readonly fromMs: number;
  readonly blocks: number;
  readonly transactions: number;
  readonly failed: number;
  readonly events: number;
}

// ── Pages ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** A place in the total order of what ledgers hold. `transaction`, `event`: -1 where the list is of blocks or transactions. */
export interface SortKey {
  /** 0 where the row has none; an event's is its transaction's. */
  readonly timestampMs: number;
  readonly ledger: LedgerId;
  readonly block: number;
  readonly blockHash: string;
  readonly transaction: number;
  readonly event: number;
}

/** Keyset pagination. TIMESTAMP orders by (timestamp, ledger, number, …), POSITION by (ledger, number, …). `snapshot` keeps pages stable while blocks arrive: nothing above these numbers is seen (ledgers absent from it are not read). */
export interface PageRequest {
  readonly limit: number;
  /** 'forward' reads from `after` in the order asked; 'backward' reads the last ones before `before`, still returned in the order asked. */
  readonly towards: 'forward' | 'backward';
  readonly after: SortKey | null;
  readonly before: SortKey | null;
  readonly order: { readonly field: 'TIMESTAMP' | 'POSITION'; readonly direction: 'ASC' | 'DESC' };
  readonly snapshot: Readonly<Record<LedgerId, number>>;
  /** False: the rows' `detail`, most of what is read, is left out, and asking for it is an error. Only `transactions` heeds it. */
  readonly detail?: boolean;
}
export interface Page<Row> {
  readonly rows: readonly Row[];
  /** More lie beyond the page in the direction read. */
  readonly hasMore: boolean;
}

export interface TimeRange {
  readonly fromMs: number | null;
  /** Exclusive. */
  readonly toMs: number | null;
}
export interface NumberRange {
  readonly from: number | null;
  /** Inclusive. */
  readonly to: number | null;
}
/** A party by its native id on one ledger. */
export interface PartyRef {
  readonly ledger: LedgerId;
  readonly nativeId: string;
}

/** A chaincode by name, or a contract by EIP-55 address. */
export interface EventEmitterRef {
  readonly ledger: LedgerId;
  readonly emitter: { readonly chaincode: string } | { readonly address: string };
}

// Absent or null: no restriction. An empty list matches nothing.
export interface BlockCriteria {
  readonly ledgers?: readonly LedgerId[] | null;
  readonly range?: NumberRange | null;
  readonly time?: TimeRange | null;
  /** Default: CONFIRMED and FINAL. */
  readonly confirmation?: readonly Confirmation[] | null;
}
export interface TransactionCriteria extends BlockCriteria {
  readonly parties?: readonly PartyRef[] | null;
  /** EIP-55; sender, recipient or created contract. */
  readonly addresses?: readonly string[] | null;
  readonly chaincodes?: readonly string[] | null;
  readonly functions?: readonly string[] | null;
  readonly outcome?: Outcome | null;
}
export interface EventCriteria extends BlockCriteria {
  readonly names?: readonly string[] | null;
  readonly chaincodes?: readonly string[] | null;
  readonly addresses?: readonly string[] | null;
  /** One entry a topic position; null or empty matches any. */
  readonly topics?: readonly (readonly string[] | null)[] | null;
}

/** The first rows of a list for each of several parents, read in one query. */
export interface EachRequest {
  readonly limit: number;
  /** Rows after this place inside the parent (exclusive); -1 from the start. */
  readonly afterIndex: number;
}

export interface BlockKey {
  readonly ledger: LedgerId;
  readonly hash: string;
}
export interface NumberKey {
  readonly ledger: LedgerId;
  readonly number: number;
}
export interface TransactionKey extends BlockKey {
  /** Index in the block of that hash. */
  readonly index: number;
}
export interface HashKey {
  readonly ledger: LedgerId;
  readonly hash: string;
}

// ── The port ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Reads for the graph. Every method is one query (or a constant few), whatever the number of keys; keyed reads answer in the order of their keys, null where nothing is. */
export interface StoreReads extends GovernanceReads {
  ledgers(scope: Scope): Promise<readonly LedgerRow[]>;
  blocksByHash(scope: Scope, keys: readonly BlockKey[]): Promise<readonly (BlockRow | null)[]>;
  /** Canonical blocks. */
  blocksByNumber(scope: Scope, keys: readonly NumberKey[]): Promise<readonly (BlockRow | null)[]>;
  blocks(scope: Scope, criteria: BlockCriteria, page: PageRequest): Promise<Page<BlockRow>>;
  transactionsByKey(scope: Scope, keys: readonly TransactionKey[]): Promise<readonly (TransactionRow | null)[]>;
  /** By block number and index, canonical: Fabric's ids. */
  transactionsByPlace(
    scope: Scope,
    keys: readonly (NumberKey & { readonly index: number })[],
  ): Promise<readonly (TransactionRow | null)[]>;
  /** The canonical one of that hash (Fabric: the first valid, or the first); else the one taken back last. */
  transactionsByHash(scope: Scope, keys: readonly HashKey[]): Promise<readonly (TransactionRow | null)[]>;
  transactions(scope: Scope, criteria: TransactionCriteria, page: PageRequest): Promise<Page<TransactionRow>>;
  transactionsOfBlocks(
    scope: Scope,
    blocks: readonly BlockKey[],
    each: EachRequest,
  ): Promise<readonly Page<TransactionRow>[]>;
  /** Those in which a party or address takes part, for each of several; `page` and `criteria` hold for each. One query for all. */
  transactionsOfAddresses(
    scope: Scope,
    accounts: readonly PartyRef[],
    page: PageRequest,
    criteria?: TransactionCriteria,
  ): Promise<readonly Page<TransactionRow>[]>;
  /**
   * By log index (Ethereum) or transaction index (Fabric) in the block of that hash. Where `transactionIndex` is given, `index` is
   * the event's own index inside that transaction's events (`EventRow.index`).
   */
  eventsByKey(
    scope: Scope,
    keys: readonly (BlockKey & { readonly transactionIndex?: number; readonly index: number })[],
  ): Promise<readonly (EventRow | null)[]>;
  /** What happened: events of failed transactions are found by their keys alone, here and in the lists below. */
  events(scope: Scope, criteria: EventCriteria, page: PageRequest): Promise<Page<EventRow>>;
  /** The events of chaincodes and contracts, for each of several; `page` holds for each. One query for all. */
  eventsOfEmitters(
    scope: Scope,
    emitters: readonly EventEmitterRef[],
    page: PageRequest,
  ): Promise<readonly Page<EventRow>[]>;
  eventsOfTransactions(
    scope: Scope,
    keys: readonly TransactionKey[],
    each: EachRequest,
  ): Promise<readonly Page<EventRow>[]>;
  tokenTransfersOfTransactions(
    scope: Scope,
    keys: readonly TransactionKey[],
  ): Promise<readonly (readonly TokenTransferRow[])[]>;
  /** Tokens that an account ever received, at most 100. */
  tokensHeld(scope: Scope, accounts: readonly PartyRef[]): Promise<readonly (readonly TokenHeldRow[])[]>;
  configs(scope: Scope, ledgers: readonly LedgerId[]): Promise<readonly (ConfigRow | null)[]>;
  /** Newest first. `beforeBlock` exclusive; null from the newest. */
  configHistory(scope: Scope, ledger: LedgerId, beforeBlock: number | null, limit: number): Promise<Page<ConfigRow>>;
  memberships(scope: Scope): Promise<readonly MembershipRow[]>;
  /** The definitions in force, by name. */
  chaincodes(scope: Scope, ledgers: readonly LedgerId[]): Promise<readonly (readonly ChaincodeRow[])[]>;
  /** The newest approval of each organisation for each sequence of each chaincode of the ledgers. */
  approvals(scope: Scope, ledgers: readonly LedgerId[]): Promise<readonly (readonly ApprovalRow[])[]>;
  activity(
    scope: Scope,
    ledgers: readonly LedgerId[] | null,
    bucketMs: number,
    time: { readonly fromMs: number; readonly toMs: number },
  ): Promise<readonly ActivityRow[]>;
  /** Transactions and blocks whose hash begins so (lower case; with and without 0x), newest first. */
  searchHashes(
    scope: Scope,
    prefix: string,
    limit: number,
  ): Promise<{ readonly blocks: readonly BlockRow[]; readonly transactions: readonly TransactionRow[] }>;
  /** True where the address takes part in an indexed transaction or transfer. */
  addressesKnown(scope: Scope, accounts: readonly PartyRef[]): Promise<readonly boolean[]>;
}

export interface LedgerDeclaration {
  readonly id: LedgerId;
  readonly kind: LedgerKind;
  readonly name: string;
  readonly startBlock: number;
}
export interface HeadNotice extends BlockRef {
  readonly finalized: number;
  readonly safe: number;
  readonly seenAtMs: number;
}
/** What the decoder needs to go on from the tip. */
export interface TipSeed {
  readonly tip: BlockRef | null;
  readonly config: RawBlock | null;
}

/** Writes of ingest. Each call is one transaction: rows, checkpoint and outbox entries together, or nothing. */
export interface StoreWrites extends GovernanceKnown {
  /** From now on this store writes the ledger in that epoch of `IngestHold` alone; other writes are refused (`STORE_FENCED`). */
  fence(ledger: LedgerId, epoch: number): void;
  declare(ledger: LedgerDeclaration): Promise<void>;
  /** Every ledger ever declared: lets a start go on while a ledger that was indexed before is down. */
  declared(): Promise<readonly LedgerDeclaration[]>;
  seed(ledger: LedgerId): Promise<TipSeed>;
  /** The canonical refs of the numbers asked, newest first; for finding a common ancestor. */
  refs(ledger: LedgerId, from: number, to: number): Promise<readonly BlockRef[]>;
  /** Appends blocks that follow the tip in order; refuses what does not (`STORE_CORRUPT`). Several blocks may share one transaction in back-fill. */
  append(blocks: readonly DecodedBlock[], head: HeadNotice | null): Promise<void>;
  /** Takes back everything above `to` (null: everything), newest first; rows stay, marked RETRACTED, with their raw blocks, for the reorg window. */
  rewind(ledger: LedgerId, to: BlockRef | null): Promise<void>;
  /** A head heard of; moves finality forward only, and prunes what was retracted longer ago than `keepRetracted` blocks. */
  notice(ledger: LedgerId, head: HeadNotice, keepRetracted: number): Promise<void>;
}

/** The index: SQLite or PostgreSQL. Errors: `STORE_UNAVAILABLE`, `STORE_FENCED`, `STORE_NEWER`, `STORE_CORRUPT`. */
export interface Store extends StoreReader, StoreWrites, StoreUpkeep {
  /** Number of statements sent so far, for tests and benchmarks of constancy. */
  readonly statements: number;
  /** A secret kept in the store, made on first use; for cursors where `server.secrets` is absent. 32 bytes. */
  secret(name: string): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** Reads alone, over a connection that cannot write: what serves the graph. */
export interface StoreReader extends StoreReads, StoreChanges {
  /** Runs several reads on one state of the store: nothing that is written meanwhile is seen. Only store reads may be awaited inside. */
  snapshot<T>(work: (reads: StoreReads & StoreChanges) => Promise<T>): Promise<T>;
  /** Number of statements sent so far, for tests and benchmarks of constancy. */
  readonly statements: number;
  close(): Promise<void>;
}
