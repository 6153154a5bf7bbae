import { parentPort, workerData } from 'node:worker_threads';
import type { LedgerConfig } from '../config/index.js';
import { ParleyError } from '../errors/index.js';
import { AmbObserver } from '../governance/amb/index.js';
import type { IngestReport, ObserversOf } from '../ingest/index.js';
import type { Ledger } from '../ledgers/ledger.js';
import type { NodeHealth } from '../model/networkNode.js';
import { openStore } from '../store/index.js';
import type { Store } from '../store/store.js';
import { openAmbLedger, type AmbNetworkConfig } from './ambNetworks.js';
import { ingestInTurn } from './ingestInTurn.js';
import { openLedger } from './ledgers.js';
import { observersOf } from './observers.js';

/** What one worker reads: a ledger, or a network of Amazon's. */
export type ReadConfig = LedgerConfig | AmbNetworkConfig;

/** What the main thread gives to the worker of one ledger: plain data. */
export interface WorkerOrder {
  readonly config: ReadConfig;
  readonly storeUrl: string;
}

/** What the main thread tells the worker meanwhile; `stop` ends it. */
export interface WorkerAdvice {
  readonly kind: 'health';
  /** How endpoints were last seen, by `EndpointReport.endpoint`. */
  readonly health: ReadonlyMap<string, NodeHealth>;
}

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
    const { ledger, observers } = await opened(order.config, store);
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

async function opened(
  config: ReadConfig,
  store: Store,
): Promise<{ readonly ledger: Ledger; readonly observers: ObserversOf }> {
  if (config.kind === 'amb')
    return { ledger: openAmbLedger(config, store), observers: () => [new AmbObserver(config.network)] };
  const ledger = await openLedger(config, await store.declared());
  return { ledger, observers: () => observersOf(config, ledger, store) };
}

const port = parentPort;
if (port !== null) {
  const stop = new AbortController();
  let ledger: Ledger | null = null;
  port.on('message', (message: 'stop' | WorkerAdvice) => {
    if (message === 'stop') stop.abort();
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
