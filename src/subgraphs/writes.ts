import type { Decision, WriteAction } from '../access/index.js';
import type { Signer } from '../keys/signer.js';
import type { AnyLedger } from '../ledgers/ledger.js';
import type { LedgerId } from '../model/ids.js';
import type { TransactionRow } from '../store/store.js';
import type { SignerAsked } from './writesSigner.js';

// The port of writes: `context.writes`. A resolver decides, then runs a write; what is journaled, when it counts as done and what the
// same idempotency key answers is kept here, once for all ledgers.

/** What of an answer is not on the ledger: plain JSON, kept with the write and given again to whoever asks again. */
export type WriteAnswer =
  string | number | boolean | null | readonly WriteAnswer[] | { readonly [key: string]: WriteAnswer };

/** What is about to go out. */
export interface Outgoing {
  /** The transaction's id (Fabric) or hash (Ethereum), as a block will show it. */
  readonly transaction: string;
  /** All that sending needs, also after a restart: a raw transaction; on Fabric what `packEnvelope` gives. */
  readonly bytes: Uint8Array;
  /** Ethereum: sender (EIP-55) and nonce. */
  readonly from?: string;
  readonly nonce?: number;
  /** Given to the caller with the transaction. */
  readonly answer: WriteAnswer;
}

/** What carrying out a write may use. */
export interface WriteSteps {
  /** Aborts a preparation that takes too long or that a stop of the process ends. Never for the caller's going away. */
  readonly signal: AbortSignal;
  /**
   * Journals the bytes, then sends them; resolves once the ledger took them, or may have: from there on the write is looked for.
   * Where the ledger surely refused, nothing is looked for any more, and other bytes may be sent (another nonce).
   * Errors: those of sending but `SUBMIT_UNCERTAIN`.
   */
  send(outgoing: Outgoing): Promise<void>;
  /**
   * The lowest nonce of a wallet that nothing open holds, `atLeast` the node's own pending count. It is journaled as held by this write:
   * given back when the write ends without having been sent, also by a restart.
   */
  takeNonce(address: string, atLeast: number): Promise<number>;
  /** Gives one back that was surely not used, at once. */
  returnNonce(address: string, nonce: number): Promise<void>;
}

export interface Write {
  /** From `writes.decide`: says the mutation, the ledger, for whom. */
  readonly decision: Decision;
  /** As the caller gave it, without `idempotencyKey` and without what waits (`awaitCommit`); JSON. Only its digest is kept. */
  readonly input: unknown;
  readonly idempotencyKey: string | null;
  /** Answers only when the index holds the transaction. */
  readonly wait: boolean;
  /** It changes what the ledger's other transactions are judged by: none of this process is between its endorsement and its block meanwhile. */
  readonly altersRules?: boolean;
  /** Plans, signs and sends, with one `steps.send` that succeeds. What it throws is the write's answer. Never run twice for one write. */
  carryOut(steps: WriteSteps): Promise<void>;
}

/** What somebody else's API does, which signs by itself. */
export interface Call extends Pick<Write, 'decision' | 'input' | 'idempotencyKey'> {
  /** Safe to run twice. */
  work(): Promise<WriteAnswer>;
}

export interface WriteOutcome {
  readonly ledger: LedgerId;
  readonly transaction: string;
  /** As the index holds it; null while it is pending. */
  readonly row: TransactionRow | null;
  readonly answer: WriteAnswer;
  /** The bytes that were sent: what a pending transaction can be shown from. Null where they are kept no longer. */
  readonly bytes: Uint8Array | null;
}

/** A signing request between its making and its signature. */
export interface KeptRequest {
  readonly id: string;
  /** What is needed to go on: JSON text. */
  readonly content: string;
  readonly expiresMs: number;
}

/** Writes of one caller. */
export interface Writes {
  /** The signers that the caller may use. */
  signers(): readonly Signer[];
  /**
   * Decides that the caller may write, with the signer that is named, or the only one that fits the ledger (and member). Errors:
   * `SIGNER_UNKNOWN`, `ID_INVALID`.
   */
  decideWithSigner(
    action: WriteAction,
    ledger: LedgerId,
    asked: SignerAsked,
  ): { readonly decision: Decision; readonly signer: Signer };
  /**
   * Whichever signer of this process may carry to a ledger what somebody else signed; it adds nothing but its transaction. Errors:
   * `SIGNER_UNKNOWN`, `ID_INVALID`.
   */
  decideWithCarrier(
    action: WriteAction,
    ledger: LedgerId,
    organizations: ReadonlySet<string> | null,
  ): { readonly decision: Decision; readonly signer: Signer };
  /** The same for what is signed elsewhere. */
  decide(action: WriteAction, ledger: LedgerId, as: string | null): Decision;
  /**
   * Carries a write out once, whatever happens to this process or to the caller meanwhile. The same idempotency key with the same input
   * gives the first one's outcome or error, and waits while it is running.
   * Errors: `IDEMPOTENCY_KEY_REUSED`; what carrying out threw; `SUBMIT_REFUSED`; `SUBMIT_UNCERTAIN` and `TIMEOUT` (both with
   * `{ledger, transaction}` in `details`; it goes on).
   */
  run(write: Write): Promise<WriteOutcome>;
  /**
   * Has an API do something; with a key the same key with the same input gives the first one's answer or lasting error, and waits while it is
   * under way. Errors: `IDEMPOTENCY_KEY_REUSED`; `TIMEOUT` (it goes on); what `work` threw.
   */
  call(call: Call): Promise<WriteAnswer>;
  /**
   * Does what changes what a ledger's other transactions are judged by, and is not journaled, while no write of this process is between
   * its endorsement and its block. `work` ends when the index shows it.
   */
  alone<T>(ledger: LedgerId, work: () => Promise<T>): Promise<T>;
  /**
   * Whether that write was begun before: then nothing need be prepared for it, `run` gives its outcome. Errors: `IDEMPOTENCY_KEY_REUSED`.
   */
  isBegun(write: Pick<Write, 'decision' | 'input' | 'idempotencyKey'>): Promise<boolean>;
  /** The write whose transaction that is, while nothing is indexed of it: what `node` shows of a pending one. Null where there is none. */
  pending(ledger: LedgerId, transaction: string): Promise<WriteOutcome | null>;
  keepRequest(request: KeptRequest): Promise<void>;
  /**
   * Gives a signing request to `work` and forgets it; where `work` throws `SIGNATURE_INVALID` or something retryable it is kept for another try.
   * Errors: `REQUEST_UNKNOWN`, `REQUEST_EXPIRED`, those of `work`.
   */
  useRequest<T>(id: string, work: (request: KeptRequest) => Promise<T>): Promise<T>;
}

/** What was sent and is not in a block that is indexed. */
export interface SentWrite {
  readonly transaction: string;
  readonly bytes: Uint8Array;
  readonly from: string | null;
  readonly nonce: number | null;
  readonly sentMs: number;
}

/** WAITING: it may still come; from `againAtMs` on it is worth asking again, where that is known. REPLACED, REFUSED: it surely will not. */
export type Standing =
  | { readonly kind: 'WAITING'; readonly againAtMs?: number }
  | { readonly kind: 'REPLACED' | 'REFUSED'; readonly why: Error };

/** What a kind of ledger does with journaled bytes. Plain functions of plain data: they are used again after a restart. */
export interface LedgerSender<L extends AnyLedger> {
  /** The first time. Errors: `SUBMIT_REFUSED`, `LEDGER_UNAVAILABLE` (surely not taken), `SUBMIT_UNCERTAIN` (maybe). */
  send(ledger: L, outgoing: Outgoing, signal: AbortSignal): Promise<void>;
  /** From time to time while no indexed block holds it, and after a restart: looks for it, and sends the same bytes again where that is safe. */
  tend(ledger: L, write: SentWrite, signal: AbortSignal): Promise<Standing>;
}
