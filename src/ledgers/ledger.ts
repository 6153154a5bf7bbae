import type { BlockRef, DecodedBlock, RawBlock } from '../model/block.js';
import type { DecodedValue, MethodCall, TokenStandard } from '../model/ethereum.js';
import type { ParleyError } from '../errors/index.js';
import type { LedgerId, LedgerKind } from '../model/ids.js';
import type { NodeHealth, NodeRole } from '../model/networkNode.js';
import type { EthereumWrites, FabricCaller, FabricWrites } from './writes.js';

export type * from './writes.js';

/** Where a ledger stands, as its nodes say. */
export interface LedgerHead extends BlockRef {
  readonly timestampMs: number | null;
  /** The last number that can no longer be taken back; equals `number` where the ledger is final. -1 while none is. */
  readonly finalized: number;
  /** Ethereum's safe head; equals `finalized` elsewhere. */
  readonly safe: number;
}

/** What following yields: blocks in the order in which they are to be reconciled, and the head whenever it is heard of. */
export type LedgerItem =
  { readonly kind: 'block'; readonly block: RawBlock } | { readonly kind: 'head'; readonly head: LedgerHead };

/**
 * Turns raw blocks of one ledger into decoded ones. Pure but for what it carries from block to block (a channel's
 * configuration in force), so the same blocks in the same order always give the same values.
 */
export interface BlockDecoder {
  decode(raw: RawBlock): DecodedBlock;
  /**
   * Does beforehand, beside other work, what decoding this very object will need and the blocks before it have no part in. For speed
   * alone: what `read` and `follow` give is prepared already, and decoding gives the same without it.
   */
  prepare?(raw: RawBlock): Promise<void>;
}

/**
 * One ledger that Parley reads: a Fabric channel or an Ethereum chain. Fails over between its endpoints by itself.
 * Errors: `LEDGER_UNAVAILABLE` (retryable), `LEDGER_MISMATCH`, `LEDGER_CONTRADICTION`, `LEDGER_REFUSED`.
 */
export interface Ledger {
  readonly id: LedgerId;
  readonly name: string;
  readonly kind: LedgerKind;
  /** The first block to be indexed. */
  readonly startBlock: number;
  /** How many blocks a reorganisation may take back; 0 where the ledger is final. */
  readonly reorgBound: number;
  head(signal?: AbortSignal): Promise<LedgerHead>;
  /** One canonical block, or null where the ledger has none of that number yet. */
  block(number: number, signal?: AbortSignal): Promise<RawBlock | null>;
  /** The blocks of a range that exists, in order, batched to the endpoint, with bounded read-ahead. For back-fill and verify. */
  read(from: number, to: number, signal: AbortSignal): AsyncIterable<RawBlock>;
  /**
   * Everything from `from` on, then live until aborted. Back-fill and head have no seam. After a reorganisation the new
   * branch's blocks follow from wherever the endpoint shows them, possibly with a gap or a lower number: ingest reconciles by
   * parent hashes and, where it took blocks back, follows anew. Reconnects by itself; throws only what retrying cannot mend.
   */
  follow(from: number, signal: AbortSignal): AsyncIterable<LedgerItem>;
  /**
   * Starts a decoder for the blocks from `from` on. `seed`: the raw block that set the configuration in force before `from`, and
   * the block just before `from`; both null at the first block of a ledger.
   */
  decoder(seed: DecoderSeed): BlockDecoder;
  /** The seed as the ledger itself tells it, for a start in the middle (`startBlock` > 0). */
  seed(from: number, signal?: AbortSignal): Promise<DecoderSeed>;
  /**
   * Probes every endpoint that is known of, configured or found: what each says of itself now. Each is probed once at a time and given
   * up after seconds; whoever asks meanwhile gets the same answer.
   */
  endpoints(signal?: AbortSignal): Promise<readonly EndpointReport[]>;
  /**
   * Asks all endpoints for a block that is in doubt. Throws `LEDGER_CONTRADICTION` where one shows another block of that number; those
   * who show the doubted one are asked last from then on. Absent where blocks prove themselves.
   */
  confirm?(block: BlockRef, signal: AbortSignal): Promise<void>;
  /** Takes note of how endpoints were last seen, by `EndpointReport.endpoint`: the healthy ones are asked first from now on. */
  heed?(health: ReadonlyMap<string, NodeHealth>): void;
  /** Of what is polled: asks at once. */
  look?(): void;
  close(): Promise<void>;
}

export interface DecoderSeed {
  readonly config: RawBlock | null;
  readonly previous: BlockRef | null;
}

export interface EndpointReport {
  /** Without credentials. */
  readonly endpoint: string;
  readonly role: NodeRole;
  /** Native id of the party that runs it (an MSP id); null where unknown. */
  readonly operator: string | null;
  readonly version: string | null;
  /** Its head number; null where it does not answer. */
  readonly height: number | null;
  /** Why it does not answer or may not be used, with the fix. */
  readonly problem: string | null;
  /** `REFUSES`: it is there, and will not answer this identity. `UNPROBED`: it cannot be asked; `problem` says why. */
  readonly standing?: 'REFUSES' | 'UNPROBED';
  /** The network names it, the configuration does not: Parley reads without it. */
  readonly found?: true;
  /** When it was probed; absent where the report is of this moment. */
  readonly checkedAtMs?: number;
}

export interface EvaluateRequest {
  readonly chaincode: string;
  readonly contract: string | null;
  readonly function: string;
  readonly arguments: readonly Uint8Array[];
  readonly transient: Readonly<Record<string, Uint8Array>>;
  readonly endorsingOrganizations: readonly string[];
}

export interface FabricLedger extends Ledger, FabricWrites {
  readonly kind: 'fabric';
  readonly channel: string;
  /** The MSP that Parley reads as. */
  readonly mspId: string;
  /**
   * Set while its endpoints say, one probe after the other, that `mspId` is no longer a member: its own peer then stands still
   * without an error, and every other node refuses.
   */
  readonly removal: ParleyError | null;
  /**
   * Runs a function without submitting, as `caller` or as Parley's own identity. Errors: `EVALUATE_FAILED` with each peer's message in
   * `details`.
   */
  evaluate(request: EvaluateRequest, signal?: AbortSignal, caller?: FabricCaller): Promise<Uint8Array>;
}

/** A question about an account or contract at a block; `block` null is the latest. */
export interface AtBlock {
  readonly address: string;
  readonly block: number | null;
}
export interface ContractCall extends AtBlock {
  readonly function: string;
  readonly arguments: readonly unknown[];
}
/** A call in plain bytes, of a contract whose ABI need not be configured. `data`: 0x-prefixed. */
export interface DataCall extends AtBlock {
  readonly data: string;
}
export interface TokenFacts {
  readonly standard: TokenStandard;
  readonly name: string | null;
  readonly symbol: string | null;
  readonly decimals: number | null;
  readonly totalSupply: string | null;
}
export interface TokenBalanceQuestion {
  readonly account: string;
  readonly token: string;
  readonly standard: TokenStandard;
  /** Ids that ever went to the account, for ERC-721 and ERC-1155. */
  readonly tokenIds: readonly string[];
  readonly block: number | null;
}
export interface TokenHolding {
  readonly amount: string;
  readonly tokenIds: readonly string[] | null;
}
export interface KnownContract {
  readonly name: string;
  readonly address: string;
  readonly abi: readonly unknown[];
}

/** Each question has an answer or an error in its own place, as DataLoader wants it. One batch is one or few calls upstream. */
export type Answers<T> = Promise<readonly (T | Error)[]>;

export interface EthereumLedger extends Ledger, EthereumWrites {
  readonly kind: 'ethereum';
  readonly chainId: bigint;
  readonly contracts: readonly KnownContract[];
  balances(questions: readonly AtBlock[]): Answers<bigint>;
  nonces(questions: readonly AtBlock[]): Answers<bigint>;
  codes(questions: readonly AtBlock[]): Answers<string>;
  /** `function`: a name or a signature of the contract's configured ABI or a standard token's. Errors: `CALL_REVERTED`, `ABI_UNKNOWN`. */
  calls(questions: readonly ContractCall[]): Answers<readonly DecodedValue[]>;
  /** The answers' bytes, 0x-prefixed, lower case. Errors: `CALL_REVERTED`, `HISTORY_UNAVAILABLE`, those of reads. */
  dataCalls(questions: readonly DataCall[]): Answers<string>;
  /** Call data of a function of a known ABI. Errors: `ABI_UNKNOWN`, `INPUT_INVALID`. Asks nothing of a node. */
  encode(call: Omit<ContractCall, 'block'>): string;
  /** What a call would do, as blocks show it; null for plain payments. Asks nothing of a node. */
  methodOf(to: string, data: string): MethodCall | null;
  /** Null where the address is no token. */
  tokens(addresses: readonly string[]): Answers<TokenFacts | null>;
  tokenHoldings(questions: readonly TokenBalanceQuestion[]): Answers<TokenHolding>;
  /** Why failed transactions reverted, found by running them again before their block; null where the node cannot say. */
  revertReasons(transactions: readonly { readonly hash: string; readonly block: number }[]): Answers<string | null>;
  gas(): Promise<{ readonly baseFee: string | null; readonly priorityFee: string }>;
}

export type AnyLedger = FabricLedger | EthereumLedger;
