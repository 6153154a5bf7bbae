import { ParleyError } from '../errors/index.js';
import { runIngest, type IngestListener, type ObserversOf } from '../ingest/index.js';
import type { Ledger } from '../ledgers/ledger.js';
import { standBy, type IngestHold } from '../store/index.js';
import type { Store } from '../store/store.js';

export interface TurnOptions {
  readonly storeUrl: string;
  /** Open at `storeUrl`; of nobody else. */
  readonly store: Store;
  readonly ledger: Ledger;
  readonly keepRetracted: number;
  readonly observers?: ObserversOf;
  readonly listener: IngestListener;
  /** Another process writes the ledger: said once for each time that it is waited for. */
  readonly onStandby: () => void;
  readonly onTurn: (epoch: number) => void;
  readonly signal: AbortSignal;
}

/**
 * Ingests one ledger whenever it is this process's turn, until aborted. One that lost its turn, because it was stopped or cut off for
 * seconds, writes no more and waits for the next. Errors: as `standBy`, and what ingest rejects with.
 */
export async function ingestInTurn(options: TurnOptions): Promise<void> {
  const { storeUrl, ledger, signal, onStandby, onTurn } = options;
  while (!signal.aborted) {
    const hold = await standBy(storeUrl, ledger.id, signal, onStandby);
    if (hold === null) return;
    try {
      onTurn(hold.epoch);
      await ingestWhileHeld(hold, options);
    } catch (error) {
      if (!(error instanceof ParleyError && error.code === 'STORE_FENCED')) throw error;
    } finally {
      await hold.release();
    }
  }
}

async function ingestWhileHeld(hold: IngestHold, options: TurnOptions): Promise<void> {
  const { store, ledger, keepRetracted, observers, listener } = options;
  const fenced = new AbortController();
  store.fence(ledger.id, hold.epoch);
  await store.declare({ id: ledger.id, kind: ledger.kind, name: ledger.name, startBlock: ledger.startBlock });
  await runIngest({
    ...{
      ledger,
      store,
      keepRetracted,
      ...(observers === undefined ? {} : { observers }),
      signal: AbortSignal.any([options.signal, hold.lost, fenced.signal]),
    },
    listener: (report) => {
      // Trying again under the same epoch is in vain.
      if (report.kind === 'waiting' && report.reason.code === 'STORE_FENCED') fenced.abort();
      // An end of the turn is none of the ledger.
      else if (report.kind !== 'stopped' || report.reason !== null || options.signal.aborted) listener(report);
    },
  });
}
