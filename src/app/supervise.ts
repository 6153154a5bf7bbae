import { Worker } from 'node:worker_threads';
import type { Logger } from 'pino';
import type { IngestReport } from '../ingest/index.js';
import { pause } from '../lib/pause.js';
import type { NodeHealth } from '../model/networkNode.js';
import type { ReadConfig } from './openRead.js';
import { Restarts } from './restarts.js';
import type { WorkerAdvice, WorkerMessage, WorkerOrder } from './worker.js';

/** A worker that does not end by itself is ended after this. */
const STOP_WITHIN_MS = 10_000;

export interface SuperviseOptions {
  readonly config: ReadConfig;
  readonly storeUrl: string;
  readonly logger: Logger;
  readonly onReport: (report: IngestReport) => void;
  /** Why nothing is read at the moment; null once it is again. */
  readonly onProblem: (problem: string | null) => void;
}

export interface Supervised {
  /** How the ledger's endpoints were last seen: the reader asks the healthy ones first. */
  heed(health: ReadonlyMap<string, NodeHealth>): void;
  /** Has what is polled asked at once. */
  look(): void;
  close(): Promise<void>;
}

/** Keeps one worker thread reading one ledger: starts it again when it fails, more and more seldom. */
export function supervise(options: SuperviseOptions): Supervised {
  const stop = new AbortController();
  let running: Worker | null = null;
  const loop = async (): Promise<void> => {
    const restarts = new Restarts();
    while (!stop.signal.aborted) {
      const started = Date.now();
      const worker = startWorker(options);
      running = worker;
      const failure = await outcome(worker, options);
      running = null;
      if (stop.signal.aborted) return;
      options.onProblem(failure.reason);
      options.logger.error({ ledger: options.config.name, code: failure.code }, failure.reason);
      await pause(restarts.pauseMs(failure.retryable, Date.now() - started), stop.signal);
    }
  };
  const done = loop();
  return {
    heed: (health) => running?.postMessage({ kind: 'health', health } satisfies WorkerAdvice),
    look: () => running?.postMessage({ kind: 'look' } satisfies WorkerAdvice),
    async close() {
      stop.abort();
      running?.postMessage('stop');
      const timer = setTimeout(() => void running?.terminate(), STOP_WITHIN_MS);
      await done;
      clearTimeout(timer);
    },
  };
}

function startWorker({ config, storeUrl }: SuperviseOptions): Worker {
  const workerData: WorkerOrder = { config, storeUrl };
  return new Worker(new URL('./worker.js', import.meta.url), { workerData, name: `ingest ${config.name}` });
}

interface Failure {
  readonly code: string;
  readonly reason: string;
  readonly retryable: boolean;
}

/** Waits for a worker's end; passes its reports on meanwhile. */
function outcome(worker: Worker, options: SuperviseOptions): Promise<Failure> {
  return new Promise((resolve) => {
    let standsBy = false;
    let failure: Failure = { code: 'INTERNAL', reason: 'the reader of the ledger ended', retryable: true };
    worker.on('message', (message: WorkerMessage) => {
      if (message.kind === 'failed') failure = message;
      else if (message.kind === 'report') pass(message.report, options);
      else standsBy = sayTurn(message.kind === 'standby', standsBy, options);
    });
    worker.on('error', (error: Error) => (failure = { code: 'INTERNAL', reason: error.message, retryable: true }));
    worker.on('exit', () => resolve(failure));
  });
}

/** What waits has a problem until it goes on. */
function pass(report: IngestReport, { onReport, onProblem }: SuperviseOptions): void {
  if (report.kind === 'waiting') onProblem(report.reason.message);
  if (report.kind === 'backfilling' || report.kind === 'following') onProblem(null);
  onReport(report);
}

/** Says once that the ledger is left to another process, and once that it is taken over. Whoever stands by has no problem: its lag tells. */
function sayTurn(
  standby: boolean,
  before: boolean,
  { config: { name }, logger, onProblem }: SuperviseOptions,
): boolean {
  if (standby) {
    onProblem(null);
    logger.info({ ledger: name }, `${name}: stands by while another process writes it`);
  } else if (before) logger.info({ ledger: name }, `${name}: takes over`);
  return standby;
}
