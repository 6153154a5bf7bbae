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

export interface EndorsedTransaction extends ToSign {
  /** What the chaincode answered. */
  readonly result: Uint8Array;
}

/**
 * A transaction on a channel in three steps, each of which may happen in another process. Steps hold no state between them.
 * Errors: `ENDORSEMENT_FAILED` with each endorser's `{address, mspId, message}` in `details`; `SUBMIT_REFUSED` where the transaction
 * surely did not reach a block; `SUBMIT_UNCERTAIN` where it may have: only blocks tell, and endorsing again could do it twice.
 */
export interface FabricWrites {
  propose(request: EvaluateRequest, creator: FabricCreator): Promise<ToSign>;
  /** `signature`: DER, low S, over the proposal's bytes. */
  endorse(
    proposal: Uint8Array,
    signature: Uint8Array,
    request: Pick<EvaluateRequest, 'endorsingOrganizations'>,
    signal?: AbortSignal,
  ): Promise<EndorsedTransaction>;
  /** Sends an endorsed transaction to ordering. The same bytes may be sent again: at most one of them is valid. */
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

export interface EthereumDraft {
  /** The unsigned transaction, serialised (EIP-2718); what is signed is its Keccak-256. */
  readonly bytes: Uint8Array;
  readonly digest: Uint8Array;
  /** In words: what it calls, what it pays at most. */
  readonly summary: string;
}

export interface SignedTransactionFacts {
  /** Of the transaction once it is sent. */
  readonly hash: string;
  readonly from: string;
  readonly nonce: number;
}

/** Errors: `CALL_REVERTED` (decoded, before anything is sent), `ABI_UNKNOWN`, `SUBMIT_REFUSED` (nonce too low, too little gas or funds), `SUBMIT_UNCERTAIN`. */
export interface EthereumWrites {
  /** Fees by EIP-1559, gas by estimate. */
  draft(request: EthereumWriteRequest, nonce: number, signal?: AbortSignal): Promise<EthereumDraft>;
  /** A draft with its 65-byte signature as a raw transaction. */
  assemble(draft: Uint8Array, signature: Uint8Array): Uint8Array;
  /** What a raw signed transaction is. Errors: `INPUT_INVALID` (not a transaction, of another chain, not signed). */
  inspect(raw: Uint8Array): SignedTransactionFacts;
  /** Sends it, or finds that the node has it: sending again is safe. */
  send(raw: Uint8Array, signal?: AbortSignal): Promise<void>;
  /** The next nonce as the node counts: `pending` with what waits, `latest` what is mined. */
  nonceOf(address: string, at: 'pending' | 'latest', signal?: AbortSignal): Promise<number>;
}
