import { parentPort, workerData } from 'node:worker_threads';
import type { LedgerConfig } from '../config/index.js';
import { ParleyError } from '../errors/index.js';
import { runIngest, type IngestReport } from '../ingest/index.js';
import { openStore, whileHoldingIngest } from '../store/index.js';
import { openLedger } from './ledgers.js';

/** What the main thread gives to the worker of one ledger: plain data. */
export interface WorkerOrder {
  readonly config: LedgerConfig;
  readonly storeUrl: string;
}

/** What the worker tells the main thread. */
export type WorkerMessage =
  | { readonly kind: 'report'; readonly report: IngestReport }
  /** It ends: `retryable` says whether a new worker may do better. */
  | { readonly kind: 'failed'; readonly code: string; readonly reason: string; readonly retryable: boolean };

/** Blocks kept after they were taken back; a channel takes none back. */
const keptBlocks = (config: LedgerConfig): number => (config.kind === 'ethereum' ? config.reorgWindow : 0);

/** Reads, decodes and writes one ledger until the main thread says stop. */
async function work(order: WorkerOrder, tell: (message: WorkerMessage) => void, signal: AbortSignal): Promise<void> {
  const store = await openStore(order.storeUrl);
  try {
    const ledger = await openLedger(order.config, await store.declared());
    try {
      await whileHoldingIngest(order.storeUrl, ledger.id, async (lost) => {
        await store.declare({ id: ledger.id, kind: ledger.kind, name: ledger.name, startBlock: ledger.startBlock });
        await runIngest({
          ledger,
          store,
          signal: AbortSignal.any([signal, lost]),
          keepRetracted: keptBlocks(order.config),
          listener: (report) => tell({ kind: 'report', report }),
        });
      });
    } finally {
      await ledger.close();
    }
  } finally {
    await store.close();
  }
}

const port = parentPort;
if (port !== null) {
  const stop = new AbortController();
  port.on('message', (message: unknown) => {
    if (message === 'stop') stop.abort();
  });
  try {
    await work(workerData as WorkerOrder, (message) => port.postMessage(message), stop.signal);
  } catch (error) {
    const known = error instanceof ParleyError;
    const reason = error instanceof Error ? error.message : String(error);
    if (!stop.signal.aborted)
      port.postMessage({
        kind: 'failed',
        code: known ? error.code : 'INTERNAL',
        reason,
        retryable: known ? error.retryable : true,
      } satisfies WorkerMessage);
  }
  port.close();
}
