import { ParleyError } from '../../errors/index.js';
import type { Observer } from '../../governance/mechanism.js';
import type { Ledger } from '../../ledgers/ledger.js';
import { grantScope } from '../../model/scope.js';
import type { LedgerRow, StoreReads, StoreUpkeep } from '../../store/store.js';
import { ProgressMeter } from '../progress.js';
import type { Progress } from '../report.js';
import { verifyCanonical } from './canonical.js';
import { verifyCheckpoint } from './checkpoint.js';
import { difference, type Difference } from './difference.js';
import { verifyRetracted } from './retracted.js';

export type VerifiedStore = Pick<StoreReads, 'ledgers'> & StoreUpkeep;

export interface VerifyOptions {
  readonly ledger: Ledger;
  readonly store: VerifiedStore;
  readonly signal: AbortSignal;
  readonly onDifference: (difference: Difference) => void;
  readonly onProgress?: (progress: Progress) => void;
  /** Those of ingest; absent: none. */
  readonly observers?: readonly Observer[];
  /** Also runs the database's own check, which is the same for every ledger of a store. Default true. */
  readonly integrity?: boolean;
  /** How long to wait before looking again at what differs, for an index that is being written. Default 500. */
  readonly settleMs?: number;
}
export interface VerifyResult {
  /** Canonical blocks compared with the ledger's nodes, and retracted ones compared with their own raw bytes. */
  readonly blocks: number;
  readonly retracted: number;
  readonly transactions: number;
  readonly rows: number;
  readonly differences: number;
}

/** What the parts of a verification share. */
export interface Verification {
  readonly ledger: Ledger;
  readonly store: VerifiedStore;
  readonly signal: AbortSignal;
  readonly settleMs: number;
  readonly observers: readonly Observer[];
  readonly meter: ProgressMeter;
  readonly onProgress: (progress: Progress) => void;
  readonly report: (differences: readonly Difference[]) => void;
  readonly counts: { blocks: number; retracted: number; transactions: number; rows: number };
}

/**
 * Compares the index of a ledger with the ledger, field by field: reads the nodes directly, decodes anew, and compares every
 * column of every table and the raw bytes; then what the store says about itself. Blocks above the tip at the start are left out,
 * and what differs is looked at again before it is reported, so Parley may be writing meanwhile. Memory is bounded.
 * Errors: the ledger's and the store's.
 */
export async function verifyLedger(options: VerifyOptions): Promise<VerifyResult> {
  const { ledger, store, signal } = options;
  const [row] = await store.ledgers(grantScope([ledger.id]));
  if (row === undefined) {
    throw new ParleyError('STORE_CORRUPT', `${ledger.name} is not in the store`, {
      fix: 'Start Parley with this ledger first.',
    });
  }
  let differences = 0;
  const run: Verification = {
    ...{ ledger, store, signal, settleMs: options.settleMs ?? 500, observers: options.observers ?? [] },
    meter: new ProgressMeter(blocksOf(row)),
    onProgress: options.onProgress ?? (() => undefined),
    report: (found) => {
      differences += found.length;
      found.forEach(options.onDifference);
    },
    counts: { blocks: 0, retracted: 0, transactions: 0, rows: 0 },
  };
  await verifyCheckpoint(run, row);
  await verifyCanonical(run, row);
  await verifyRetracted(run);
  if (options.integrity !== false) run.report(await damage(run));
  return { ...run.counts, differences };
}

const blocksOf = ({ tip, startBlock }: LedgerRow): number => (tip === null ? 0 : tip.number - startBlock + 1);

async function damage({ ledger, store }: Verification): Promise<Difference[]> {
  const where = { ledger: ledger.id, table: 'the database', block: null, key: 'integrity', column: null };
  return (await store.integrity()).map((problem) => difference(where, problem, 'no damage'));
}
