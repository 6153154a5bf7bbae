/**
 * The tables as rows. `ledger` in a row is the ledger's small number in this store, `seq` counts a ledger's blocks in the order in
 * which they were appended: together they stand for (ledger, block hash), so a transaction may stand in several branches.
 * Inside one branch `seq` grows with the block number.
 */
export interface Tables {
  ledger: LedgerTable;
  raw_block: RawBlockTable;
  block: BlockTable;
  transaction: TransactionTable;
  transaction_party: PartyTable;
  event: EventTable;
  token_transfer: TokenTransferTable;
  channel_config: ChannelConfigTable;
  membership: MembershipTable;
  chaincode_definition: DefinitionTable;
  chaincode_approval: ApprovalTable;
  proposal: ProposalTable;
  proposal_missing: ProposalMissingTable;
  vote: VoteTable;
  invitation: InvitationTable;
  consortium: ConsortiumTable;
  outbox: OutboxTable;
  secret: SecretTable;
  ingest_epoch: IngestEpochTable;
  write: WriteTable;
  wallet_nonce: WalletNonceTable;
  signing_request: SigningRequestTable;
  write_owner: WriteOwnerTable;
}

export interface LedgerTable {
  no: number;
  id: string;
  kind: string;
  name: string;
  start_block: number;
  tip_number: number | null;
  tip_hash: string | null;
  next_seq: number;
  outbox_position: number;
  finalized: number;
  safe: number;
  head_number: number | null;
  head_hash: string | null;
  head_seen_at_ms: number | null;
  /** Null unless a rebuild is under way: the last raw block it has passed, and the tip at which it ends. */
  rebuild_seq: number | null;
  rebuild_number: number | null;
  rebuild_hash: string | null;
  /** Another one whenever positions of the outbox begin anew. */
  generation: number;
  /** Grows whenever another process takes the ledger for writing: whoever took it before writes no more. */
  epoch: number;
}

interface OfBlock {
  ledger: number;
  seq: number;
  number: number;
}
/** Immutable until pruned; everything but `ledger`, `outbox`, `secret` and the tables of writes is derived from these. */
export interface RawBlockTable extends OfBlock {
  hash: string;
  parent_hash: string | null;
  encoding: number;
  bytes: Uint8Array;
}
/** `canonical`: 1 on the chain, 0 once a reorganisation took the block back; rows that hang on the block carry a copy, for indexes. */
interface Derived extends OfBlock {
  canonical: number;
}
export interface BlockTable extends Derived {
  hash: string;
  parent_hash: string | null;
  /** The outbox position at which it was taken back. */
  retracted_at: number | null;
  timestamp_ms: number | null;
  sort_ms: number;
  transaction_count: number;
  failed_count: number;
  event_count: number;
  detail: string;
}
interface InBlock extends Derived {
  block_hash: string;
}
export interface TransactionTable extends InBlock {
  tx_index: number;
  sort_ms: number;
  timestamp_ms: number | null;
  hash: string;
  outcome: string;
  chaincode: string | null;
  function: string | null;
  parties: string;
  detail: string;
}
export interface PartyTable extends Derived {
  tx_index: number;
  native_id: string;
  sort_ms: number;
}
export interface EventTable extends InBlock {
  tx_index: number;
  event_index: number;
  sort_ms: number;
  timestamp_ms: number | null;
  name: string | null;
  chaincode: string | null;
  address: string | null;
  topic0: string | null;
  topic1: string | null;
  topic2: string | null;
  topic3: string | null;
  detail: string;
}
export interface TokenTransferTable extends InBlock {
  tx_index: number;
  log_index: number;
  item: number;
  token: string;
  standard: string;
  from_address: string;
  to_address: string;
  amount: string;
  token_id: string | null;
}
export interface ChannelConfigTable extends InBlock {
  timestamp_ms: number | null;
  config_sequence: number;
  summary: string;
  config: string;
  changes: string;
  signers: string;
  memberships: string;
}
export interface MembershipTable extends InBlock {
  ordinal: number;
  timestamp_ms: number | null;
  native_id: string;
  role: string;
  change: string;
}
export interface DefinitionTable extends InBlock {
  ordinal: number;
  tx_index: number;
  name: string;
  sequence: number;
  definition: string;
}
export interface ApprovalTable extends InBlock {
  ordinal: number;
  tx_index: number;
  timestamp_ms: number | null;
  msp_id: string;
  name: string;
  sequence: number;
  definition: string;
}
/** A version of something: what it became in the block. `latest`: 1 for the newest one on the chain. */
interface Version extends InBlock {
  ordinal: number;
  latest: number;
  timestamp_ms: number | null;
}
export interface ProposalTable extends Version {
  /** Mechanism and native id. */
  proposal: string;
  mechanism: string;
  status: string;
  status_before: string | null;
  /** 1 where its time passes by the clock. */
  lapses: number;
  created_ms: number;
  closes_ms: number;
  proposer: string | null;
  decision: string | null;
  state: string;
}
/** Whose vote is still out on an open proposal. */
export interface ProposalMissingTable extends Version {
  proposal: string;
  native_id: string;
  closes_ms: number;
}
export interface VoteTable extends Version {
  proposal: string;
  voter: string;
  state: string;
}
export interface InvitationTable extends Version {
  native_id: string;
  status: string;
  created_ms: number;
  state: string;
}
export interface ConsortiumTable extends Version {
  state: string;
}
export interface OutboxTable extends OfBlock {
  position: number;
  kind: string;
  hash: string;
  /** 1 where the block was final already when this was written. */
  final: number;
}
export interface SecretTable {
  name: string;
  value: Uint8Array;
}

/** How often a ledger was taken for writing. */
export interface IngestEpochTable {
  ledger: string;
  epoch: number;
}

/** Ledgers of writes stand by their ids: what is remembered of them survives a rebuild and a ledger's being forgotten. */
export interface WriteTable {
  id: string;
  caller: string;
  mutation: string;
  idempotency_key: string | null;
  input_digest: string;
  ledger: string;
  transaction_id: string | null;
  bytes: Uint8Array | null;
  from_address: string | null;
  nonce: number | null;
  state: string;
  answer: string | null;
  created_ms: number;
  updated_ms: number;
  owner: number;
}
/** A nonce that a write holds. */
export interface WalletNonceTable {
  ledger: string;
  address: string;
  nonce: number;
  write_id: string;
}
export interface SigningRequestTable {
  id: string;
  caller: string;
  content: string;
  expires_ms: number;
  /** The process that works on it; null while it waits for its signature. */
  used_by: number | null;
}
/** One row: the number of the last process that opened the journal. */
export interface WriteOwnerTable {
  one: number;
  last: number;
}

/** Columns in the order in which rows are written; the first ones are the key. */
export const columns = {
  raw_block: ['ledger', 'seq', 'number', 'hash', 'parent_hash', 'encoding', 'bytes'],
  block: [
    ...['ledger', 'seq', 'number', 'hash', 'parent_hash', 'canonical', 'retracted_at', 'timestamp_ms', 'sort_ms'],
    ...['transaction_count', 'failed_count', 'event_count', 'detail'],
  ],
  transaction: [
    ...['ledger', 'seq', 'tx_index', 'number', 'block_hash', 'canonical', 'sort_ms', 'timestamp_ms', 'hash', 'outcome'],
    ...['chaincode', 'function', 'parties', 'detail'],
  ],
  transaction_party: ['ledger', 'seq', 'tx_index', 'native_id', 'number', 'canonical', 'sort_ms'],
  event: [
    ...['ledger', 'seq', 'tx_index', 'event_index', 'number', 'block_hash', 'canonical', 'sort_ms', 'timestamp_ms'],
    ...['name', 'chaincode', 'address', 'topic0', 'topic1', 'topic2', 'topic3', 'detail'],
  ],
  token_transfer: [
    ...['ledger', 'seq', 'tx_index', 'log_index', 'item', 'number', 'block_hash', 'canonical', 'token', 'standard'],
    ...['from_address', 'to_address', 'amount', 'token_id'],
  ],
  channel_config: [
    ...['ledger', 'seq', 'number', 'block_hash', 'canonical', 'timestamp_ms', 'config_sequence', 'summary', 'config'],
    ...['changes', 'signers', 'memberships'],
  ],
  membership: [
    ...['ledger', 'seq', 'ordinal', 'number', 'block_hash', 'canonical', 'timestamp_ms', 'native_id', 'role', 'change'],
  ],
  chaincode_definition: [
    ...['ledger', 'seq', 'ordinal', 'number', 'block_hash', 'canonical', 'tx_index', 'name', 'sequence', 'definition'],
  ],
  chaincode_approval: [
    ...['ledger', 'seq', 'ordinal', 'number', 'block_hash', 'canonical', 'tx_index', 'timestamp_ms', 'msp_id', 'name'],
    ...['sequence', 'definition'],
  ],
  proposal: [
    ...[
      'ledger',
      'seq',
      'ordinal',
      'number',
      'block_hash',
      'canonical',
      'latest',
      'timestamp_ms',
      'proposal',
      'mechanism',
      'status',
    ],
    ...['status_before', 'lapses', 'created_ms', 'closes_ms', 'proposer', 'decision', 'state'],
  ],
  proposal_missing: [
    ...[
      'ledger',
      'seq',
      'ordinal',
      'number',
      'block_hash',
      'canonical',
      'latest',
      'timestamp_ms',
      'proposal',
      'native_id',
    ],
    'closes_ms',
  ],
  vote: [
    ...[
      'ledger',
      'seq',
      'ordinal',
      'number',
      'block_hash',
      'canonical',
      'latest',
      'timestamp_ms',
      'proposal',
      'voter',
      'state',
    ],
  ],
  invitation: [
    ...[
      'ledger',
      'seq',
      'ordinal',
      'number',
      'block_hash',
      'canonical',
      'latest',
      'timestamp_ms',
      'native_id',
      'status',
    ],
    ...['created_ms', 'state'],
  ],
  consortium: ['ledger', 'seq', 'ordinal', 'number', 'block_hash', 'canonical', 'latest', 'timestamp_ms', 'state'],
  outbox: ['ledger', 'position', 'kind', 'seq', 'number', 'hash', 'final'],
} as const satisfies Partial<Record<keyof Tables, readonly string[]>>;

export type WrittenTable = keyof typeof columns;

/** Tables derived from a block, `block` first, with what tells their rows apart inside it. */
export const derivedTables = {
  block: [],
  transaction: ['tx_index'],
  transaction_party: ['tx_index', 'native_id'],
  event: ['tx_index', 'event_index'],
  token_transfer: ['tx_index', 'log_index', 'item'],
  channel_config: [],
  membership: ['ordinal'],
  chaincode_definition: ['ordinal'],
  chaincode_approval: ['ordinal'],
  proposal: ['ordinal'],
  proposal_missing: ['ordinal', 'native_id'],
  vote: ['ordinal'],
  invitation: ['ordinal'],
  consortium: [],
} as const satisfies Partial<Record<WrittenTable, readonly string[]>>;

export type DerivedTable = keyof typeof derivedTables;
export const derivedTableNames = Object.keys(derivedTables) as readonly DerivedTable[];

/** What is derived from all blocks up to one, not from the one alone. */
export const governanceTableNames = ['proposal', 'proposal_missing', 'vote', 'invitation', 'consortium'] as const;
export type GovernanceTable = (typeof governanceTableNames)[number];
const isGovernance = (name: DerivedTable): name is GovernanceTable => governanceTableNames.some((one) => one === name);
/** What a block alone says, but for who accepted to join: `verify` compares it row by row. */
export const ownTableNames = derivedTableNames.filter(
  (name): name is Exclude<DerivedTable, GovernanceTable> => !isGovernance(name),
);
