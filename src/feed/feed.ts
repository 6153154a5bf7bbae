import { ParleyError, type ErrorFacts } from '../errors/index.js';
import type { BlockRef } from '../model/block.js';
import type { Confirmation } from '../model/finality.js';
import type { LedgerId } from '../model/ids.js';
import type { Scope } from '../model/scope.js';
import type {
  BlockCriteria,
  BlockRow,
  EventCriteria,
  EventRow,
  MembershipChangeCriteria,
  MembershipChangeRow,
  ProposalRow,
  ProposalVersionCriteria,
  TransactionCriteria,
  TransactionRow,
  VoteRow,
  VoteVersionCriteria,
} from '../store/store.js';

export type ChangeKind = 'APPENDED' | 'RETRACTED' | 'FINALIZED';

/**
 * Where a client stands on one ledger: what it has, so that what it lacks follows. Names blocks by hash, not rows of a store: it
 * means the same on every replica, after a restart and after a rebuild.
 */
export interface LedgerPosition {
  /** The newest block that was passed, in whole or in part; null before the first. */
  readonly block: BlockRef | null;
  /** Items of that block with a smaller index were passed; null: all. */
  readonly through: number | null;
  /** Blocks up to this number are known to be final: told so, or appended as such. -1 while none is. */
  readonly final: number;
  /** Items of block `final + 1` with a smaller index were told to be final; 0 mostly. */
  readonly finalThrough: number;
  /** The beginnings of the hashes of the blocks from `final` (where it was passed) up to `block`, ascending: what tells branches apart in an index that never saw `block`. */
  readonly recent: readonly string[];
}

/** Ledgers that are absent had shown nothing yet: their items begin with their first block. */
export type StreamPosition = ReadonlyMap<LedgerId, LedgerPosition>;

/** What a stream is made of, and which of it; absent or null criteria restrict nothing. */
export type Wanted =
  | { readonly items: 'blocks'; readonly criteria: BlockCriteria }
  | { readonly items: 'transactions'; readonly criteria: TransactionCriteria }
  | { readonly items: 'events'; readonly criteria: EventCriteria }
  | { readonly items: 'memberships'; readonly criteria: MembershipChangeCriteria }
  | { readonly items: 'proposals'; readonly criteria: ProposalVersionCriteria }
  | { readonly items: 'votes'; readonly criteria: VoteVersionCriteria };

export interface RowOf {
  readonly blocks: BlockRow;
  readonly transactions: TransactionRow;
  readonly events: EventRow;
  readonly memberships: MembershipChangeRow;
  readonly proposals: ProposalRow;
  readonly votes: VoteRow;
}

export interface StreamRequest {
  /** What the caller may see, asked anew as the stream goes on: a ledger that comes into sight begins with its first block. */
  readonly scope: () => Scope;
  readonly wanted: Wanted;
  /** Goes on after this; null: live from now. */
  readonly after: StreamPosition | null;
  /** FINAL: items appear once, when they are final. */
  readonly minConfirmation: 'CONFIRMED' | 'FINAL';
  readonly kinds: readonly ChangeKind[];
}

export interface FeedChange<Row> {
  readonly kind: ChangeKind;
  /** Of the item with this change: RETRACTED, FINAL or CONFIRMED. */
  readonly confirmation: Exclude<Confirmation, 'PENDING'>;
  readonly ledger: LedgerId;
  readonly block: BlockRef;
  readonly row: Row;
  /** Where a client stands that has everything up to this change. */
  readonly position: StreamPosition;
  /** Grows with what this process hears of; of no meaning elsewhere. Null while catching up. */
  readonly sequence: number | null;
}

export interface FeedBatch<Row> {
  /** May be empty: time passed, or nothing matched. */
  readonly changes: readonly FeedChange<Row>[];
  /** Every change up to this sequence was given (or did not match); null while catching up. */
  readonly through: number | null;
  /** A name of what the caller was seen to see: streams of different ones stand apart, though they came as far. */
  readonly view: string;
}

/** How fast a reader may catch up, where many do at once. */
export interface Pace {
  /** True where others wait for their turn: nothing is read ahead then. */
  readonly isCrowded: boolean;
  /** Waits for the reader's turn to read the store; at once where it has it. @throws where the reader is gone */
  begin(): Promise<void>;
  /** There is nothing to be read now: the turn is another's. */
  rest(): void;
}

/** One reading of the feed, at its reader's own pace: what was not read is not kept in memory. */
export interface FeedStream<Row> {
  /** Where its reader stands after all batches given so far. */
  readonly position: StreamPosition;
  /**
   * What comes next, at most some hundred changes; waits for some. In one ledger strictly in order, without gap or duplicate, from
   * catch-up into live without a seam; across ledgers by arrival. Errors: `StreamBroken`, the store's; the signal's reason.
   */
  next(signal: AbortSignal, pace?: Pace): Promise<FeedBatch<Row>>;
  close(): void;
}

/** What happened, in order: from the store's outbox to every reader of this process. */
export interface Feed {
  /** The newest sequence that is heard of. */
  readonly sequence: number;
  /** Opens a stream, and reads the branch that `after` names. Errors: `StreamBroken` with RESYNC_REQUIRED or CURSOR_EXPIRED. */
  open<W extends Wanted>(request: StreamRequest & { readonly wanted: W }): Promise<FeedStream<RowOf[W['items']]>>;
  close(): Promise<void>;
}

/** A stream that cannot go on where it stands; `position` is where it could be resumed, null: nowhere. */
export class StreamBroken extends ParleyError {
  constructor(
    code: 'RESYNC_REQUIRED' | 'CURSOR_EXPIRED',
    what: string,
    readonly position: StreamPosition | null,
    facts: ErrorFacts = {},
  ) {
    super(code, what, facts);
  }
}
