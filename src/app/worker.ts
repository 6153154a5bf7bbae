import { parentPort, workerData } from 'node:worker_threads';
import { ParleyError } from '../errors/index.js';
import type { IngestReport } from '../ingest/index.js';
import type { Ledger } from '../ledgers/ledger.js';
import type { NodeHealth } from '../model/networkNode.js';
import { openStore } from '../store/index.js';
import { ingestInTurn } from './ingestInTurn.js';
import { openRead, type ReadConfig } from './openRead.js';

/** What the main thread gives to the worker of one ledger: plain data. */
export interface WorkerOrder {
  readonly config: ReadConfig;
  readonly storeUrl: string;
}

/** What the main thread tells the worker meanwhile; `stop` ends it. */
export type WorkerAdvice =
  /** How endpoints were last seen, by `EndpointReport.endpoint`. */
  | { readonly kind: 'health'; readonly health: ReadonlyMap<string, NodeHealth> }
  /** Something was written: what is polled is asked at once. */
  | { readonly kind: 'look' };

/** What the worker tells the main thread. */
export type WorkerMessage =
  | { readonly kind: 'report'; readonly report: IngestReport }
  /** Another process writes the ledger; this one waits for its turn, which is no failure. */
  | { readonly kind: 'standby' }
  /** This process writes the ledger now. */
  | { readonly kind: 'turn' }
  /** It ends: `retryable` says whether a new worker may do better. */
  | { readonly kind: 'failed'; readonly code: string; readonly reason: string; readonly retryable: boolean };

/** Blocks kept after they were taken back; a channel takes none back. */
const keptBlocks = (config: ReadConfig): number => (config.kind === 'ethereum' ? config.reorgWindow : 0);

/** Reads, decodes and writes one ledger until the main thread says stop. */
async function work(
  order: WorkerOrder,
  tell: (message: WorkerMessage) => void,
  onLedger: (ledger: Ledger) => void,
  signal: AbortSignal,
): Promise<void> {
  const store = await openStore(order.storeUrl, { appendInThread: true });
  try {
    const { ledger, observers } = await openRead(order.config, store);
    onLedger(ledger);
    try {
      await ingestInTurn({
        ...{ storeUrl: order.storeUrl, store, ledger, signal, keepRetracted: keptBlocks(order.config) },
        observers,
        onStandby: () => tell({ kind: 'standby' }),
        onTurn: () => tell({ kind: 'turn' }),
        listener: (report) => tell({ kind: 'report', report }),
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
  let ledger: Ledger | null = null;
  port.on('message', (message: 'stop' | WorkerAdvice) => {
    if (message === 'stop') stop.abort();
    else if (message.kind === 'look') ledger?.look?.();
    else ledger?.heed?.(message.health);
  });
  try {
    const tell = (message: WorkerMessage): void => port.postMessage(message);
    await work(workerData as WorkerOrder, tell, (opened) => (ledger = opened), stop.signal);
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
