import type { LedgerId } from '../model/ids.js';

// A part of the port: what writes remember. It survives restarts and `parley rebuild`, and is written so that it survives a power cut.

/**
 * PREPARED: known, nothing sent. SENT: the bytes may have reached the ledger. SETTLED: a block shows what came of it, or the ledger
 * refused it surely. LOST: neither, for as long as it is looked for.
 */
export type WriteState = 'PREPARED' | 'SENT' | 'SETTLED' | 'LOST';

export interface WriteRecord {
  readonly id: string;
  /** Who asked, by the name of their rights, and the mutation: what an idempotency key belongs to. */
  readonly caller: string;
  readonly mutation: string;
  readonly idempotencyKey: string | null;
  /** SHA-256 of the canonical input. */
  readonly inputDigest: string;
  readonly ledger: LedgerId;
  /** The transaction's id (Fabric) or hash (Ethereum); null before it is known. */
  readonly transaction: string | null;
  /** The exact bytes that were or will be sent; sending them again is safe. */
  readonly bytes: Uint8Array | null;
  /** Ethereum: sender and nonce. */
  readonly from: string | null;
  readonly nonce: number | null;
  readonly state: WriteState;
  /** What the caller was answered or is to be: JSON. */
  readonly answer: string | null;
  readonly createdMs: number;
  readonly updatedMs: number;
  /** The process that carries it out or looks for it, by its number. */
  readonly owner: number;
}

export type NewWrite = Omit<WriteRecord, 'owner'>;

export interface SigningRequestRecord {
  readonly id: string;
  readonly caller: string;
  /** JSON of what is needed to go on when the signature comes. */
  readonly content: string;
  readonly expiresMs: number;
}

/** What of a write changes while it goes on. */
export type WriteChange = Partial<Pick<WriteRecord, 'transaction' | 'bytes' | 'from' | 'nonce' | 'state' | 'answer'>>;

/**
 * Writes' memory. Every journal that is opened has a number, and only it changes the writes that it began or took over: a process that was
 * taken for ended changes nothing any more. Every method is one transaction, on disk when it resolves. Errors: the store's; `OVERLOADED` where there is too much to remember.
 */
export interface StoreJournal {
  readonly owner: number;
  /** Begins a write; where (caller, mutation, key) exists, gives that one instead and begins nothing. */
  begin(write: NewWrite): Promise<{ readonly record: WriteRecord; readonly begun: boolean }>;
  /** Changes an own write that is in one of the states `from`; false where it is in another, not this process's, or unknown.
   * One that becomes LOST gives back its nonce. */
  update(id: string, from: readonly WriteState[], change: WriteChange): Promise<boolean>;
  /** Forgets an own write of which surely nothing was sent, and gives back its nonces; false where it is not PREPARED. */
  forget(id: string): Promise<boolean>;
  /** Settles an own write that surely had no effect, and gives back its nonces; false where it is in none of the states `from`. */
  refuse(id: string, from: readonly WriteState[], answer: string | null): Promise<boolean>;
  byId(id: string): Promise<WriteRecord | null>;
  byKey(caller: string, mutation: string, key: string): Promise<WriteRecord | null>;
  /** The newest write that has that transaction. */
  byTransaction(ledger: LedgerId, transaction: string): Promise<WriteRecord | null>;
  /**
   * What processes that ended left open: what was never sent is forgotten, its nonces given back; what was sent becomes this one's and
   * is given, of each process at most the oldest 1,000: ask again until there are none.
   */
  takeOver(): Promise<readonly WriteRecord[]>;
  /**
   * The lowest nonce of a wallet from `atLeast` (the ledger's own count) that no write holds; held by that write from now on. What
   * the ledger counts is held no longer, but by writes that are open.
   */
  takeNonce(ledger: LedgerId, address: string, atLeast: number, write: string): Promise<number>;
  /** Gives back a nonce that was surely not used, where that write still holds it and is not SENT with it. */
  returnNonce(ledger: LedgerId, address: string, nonce: number, write: string): Promise<void>;
  keepRequest(request: SigningRequestRecord): Promise<void>;
  /**
   * Gives a caller's signing request to be used by this process alone until it is released or dropped, or this process ends. Null where
   * it is unknown or used.
   */
  takeRequest(id: string, caller: string): Promise<SigningRequestRecord | null>;
  releaseRequest(id: string): Promise<void>;
  dropRequest(id: string): Promise<void>;
  /**
   * Forgets what was settled or lost before a time, requests that expired a day before `nowMs`, and the oldest expired beyond 10,000; at
   * most 1,000 of each.
   */
  prune(beforeMs: number, nowMs: number): Promise<void>;
  close(): Promise<void>;
}
