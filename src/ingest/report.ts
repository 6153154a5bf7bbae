import type { BlockRef } from '../model/block.js';
import type { LedgerHead } from '../ledgers/ledger.js';
import { ParleyError } from '../errors/index.js';

/** Why something waits or stopped, as plain data: it crosses threads. */
export interface Reason {
  readonly code: string;
  readonly message: string;
}

/** How far a long run has come. */
export interface Progress {
  readonly done: number;
  readonly total: number;
  readonly transactions: number;
  readonly blocksPerSecond: number;
  /** Null until there is a rate. */
  readonly secondsLeft: number | null;
}

/** Where the ingest of one ledger stands. Plain data. */
export type IngestReport =
  | { readonly kind: 'starting' }
  | {
      readonly kind: 'backfilling';
      readonly progress: Progress;
      readonly tip: BlockRef | null;
      readonly head: LedgerHead;
    }
  | { readonly kind: 'following'; readonly tip: BlockRef | null; readonly head: LedgerHead }
  | { readonly kind: 'waiting'; readonly reason: Reason; readonly attempt: number; readonly retryInMs: number }
  /** `reason` is null where it was asked to stop. */
  | { readonly kind: 'stopped'; readonly reason: Reason | null };

export type IngestListener = (state: IngestReport) => void;

export const reasonOf = (error: unknown): Reason =>
  error instanceof ParleyError
    ? { code: error.code, message: error.message }
    : { code: 'INTERNAL', message: error instanceof Error ? error.message : String(error) };
