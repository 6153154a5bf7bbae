import type { TransactionParty } from '../model/block.js';
import type { EthereumTransactionDetail } from '../model/ethereum.js';
import type { FabricTransactionDetail } from '../model/fabric.js';
import type { EvaluateRequest } from './ledger.js';

// A part of the port: what writes need. Nothing here holds a key: bytes go out to be signed, and come back with a signature.

/** Bytes that an identity signs, and what of them the signature covers. */
export interface ToSign {
  /** The transaction's id: `hex(sha256(nonce ‖ creator))`. */
  readonly transactionId: string;
  /** Exactly what is signed. */
  readonly bytes: Uint8Array;
  /** SHA-256 of `bytes`. */
  readonly digest: Uint8Array;
}

export interface FabricCreator {
  readonly mspId: string;
  /** PEM. */
  readonly certificate: string;
}

/** Somebody else than Parley's own identity, who signs what is asked of a channel. */
export interface FabricCaller {
  readonly creator: FabricCreator;
  /** DER, low S (or Ed25519), over the bytes. */
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}

export interface FabricTransactionFacts {
  readonly transactionId: string;
  readonly timestampMs: number | null;
  readonly parties: readonly TransactionParty[];
  /** Nothing in it is verified: only a block has a configuration to verify it by. */
  readonly detail: FabricTransactionDetail;
}

export interface EndorsedTransaction extends ToSign {
  /** What the chaincode answered. */
  readonly result: Uint8Array;
}

/**
 * A transaction on a channel in three steps, each of which may happen in another process. Steps hold no state between them.
 * Errors: `ENDORSEMENT_FAILED` with each endorser's `{address, mspId, message}` in `details`; `SUBMIT_REFUSED` where the transaction
 * surely did not reach a block; `SUBMIT_UNCERTAIN` where it may have: only blocks tell, and endorsing again could do it twice;
 * `LEDGER_UNAVAILABLE` and, of endorsing, `TIMEOUT`, where nothing was submitted; `INPUT_INVALID` for bytes that are not of this channel.
 */
export interface FabricWrites {
  /** Asks no peer; another proposal each time. */
  propose(request: EvaluateRequest, creator: FabricCreator): Promise<ToSign>;
  /** `signature`: DER, low S, over the proposal's bytes. */
  endorse(
    proposal: Uint8Array,
    signature: Uint8Array,
    request: Pick<EvaluateRequest, 'endorsingOrganizations'>,
    signal?: AbortSignal,
  ): Promise<EndorsedTransaction>;
  /**
   * A signature as Fabric takes it: DER with low S, or Ed25519's. Given in DER or as r‖s (IEEE P1363), with low or high S. Errors:
   * `SIGNATURE_INVALID` where it is not the creator's over exactly these bytes; `INPUT_INVALID` for a certificate that is none.
   */
  signature(bytes: Uint8Array, signature: Uint8Array, creator: FabricCreator): Uint8Array;
  /** An endorsed transaction as a block will show it, but for what only a block says. Errors: `INPUT_INVALID`. */
  inspect(transaction: Uint8Array): FabricTransactionFacts;
  /**
   * Sends an endorsed transaction, or the payload of a configuration update, to ordering. The same bytes may be sent again: at most one
   * of them is valid.
   */
  order(transaction: Uint8Array, signature: Uint8Array, signal?: AbortSignal): Promise<void>;
}

export interface EthereumWriteRequest {
  readonly from: string;
  /** Null creates a contract. */
  readonly to: string | null;
  /** Wei, decimal. */
  readonly value: string;
  readonly data: string | null;
  /** Instead of `data`: a name or a signature of the known ABI, with its arguments. */
  readonly function: string | null;
  readonly arguments: readonly unknown[];
  /** Null: estimated. */
  readonly gas: string | null;
}

/**
 * A transaction but for its nonce: what it calls, with gas and fees found. Plain data. A nonce is taken only when nothing but signing
 * and sending is left to fail, so that a call that reverts leaves no gap in a wallet's nonces.
 */
export interface EthereumPlan {
  readonly from: string;
  readonly to: string | null;
  /** Wei, decimal. */
  readonly value: string;
  readonly data: string;
  readonly gas: string;
  /** EIP-1559; on a chain without base fees what any transaction pays for gas. */
  readonly fees:
    { readonly maxFeePerGas: string; readonly maxPriorityFeePerGas: string } | { readonly gasPrice: string };
  /** In words: what it calls, what it pays at most. */
  readonly summary: string;
}

export interface EthereumDraft {
  /** The unsigned transaction, serialised (EIP-2718); what is signed is its Keccak-256. */
  readonly bytes: Uint8Array;
  readonly digest: Uint8Array;
  readonly summary: string;
}

export interface SignedTransactionFacts {
  /** Of the transaction once it is sent. */
  readonly hash: string;
  /** EIP-55. */
  readonly from: string;
  readonly nonce: number;
  /** As a block will show it, but for what only a block says. */
  readonly detail: Omit<EthereumTransactionDetail, 'gasUsed'>;
}

/**
 * MINED: in a block of the node's chain. WAITING: in the node's pool. REPLACED: another transaction of the wallet with that nonce is in
 * a block. UNKNOWN: the node has neither: it dropped it, or never had it.
 */
export type TransactionWhereabouts = 'MINED' | 'WAITING' | 'REPLACED' | 'UNKNOWN';

export interface EthereumWrites {
  /**
   * Fees by EIP-1559, gas by estimate on the pending state. Errors: `CALL_REVERTED` (decoded, before anything is sent), `ABI_UNKNOWN`,
   * `INPUT_INVALID`, `SUBMIT_REFUSED` (the node would not run it: too little funds), those of reads.
   */
  plan(request: EthereumWriteRequest, signal?: AbortSignal): Promise<EthereumPlan>;
  draft(plan: EthereumPlan, nonce: number): EthereumDraft;
  /** A draft with its 65-byte signature (r‖s‖v, v 0, 1, 27 or 28) as a raw transaction. Errors: `SIGNATURE_INVALID`. */
  assemble(draft: Uint8Array, signature: Uint8Array): Uint8Array;
  /** What a raw signed transaction is, of any type. Errors: `INPUT_INVALID` (not a transaction, of another chain, not signed). */
  inspect(raw: Uint8Array): SignedTransactionFacts;
  /** True where a raw transaction is a draft with a signature: what was to be signed is what was signed. */
  isSigned(draft: Uint8Array, raw: Uint8Array): boolean;
  /**
   * Sends it, or finds that the node has it: sending again is safe. Goes to another endpoint where one fails. Errors: `SUBMIT_REFUSED`
   * (surely not taken: too little gas, fee or funds; another transaction has its nonce), `LEDGER_UNAVAILABLE` (surely not taken, for now),
   * `SUBMIT_UNCERTAIN` (it may have been).
   */
  send(raw: Uint8Array, signal?: AbortSignal): Promise<void>;
  whereabouts(
    transaction: Pick<SignedTransactionFacts, 'hash' | 'from' | 'nonce'>,
    signal?: AbortSignal,
  ): Promise<TransactionWhereabouts>;
  /** Runs what is done with a wallet one after the other, in the order asked. */
  inTurn<T>(address: string, work: () => Promise<T>): Promise<T>;
  /** The next nonce as the node counts: `pending` with what waits, `latest` what is mined. */
  nonceOf(address: string, at: 'pending' | 'latest', signal?: AbortSignal): Promise<number>;
}
