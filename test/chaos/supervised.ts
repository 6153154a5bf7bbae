import { ParleyError, type ErrorCode } from '../../src/errors/index.js';
import type { IngestReport } from '../../src/ingest/index.js';
import type { Ledger } from '../../src/ledgers/ledger.js';
import type { Store } from '../../src/store/store.js';
import { startIngest, type RunningIngest } from '../support/indexing.js';
import { sleep } from '../support/world.js';

const RESTART_MS = 200;

export interface Supervision {
  /** Opened anew for every start, as a worker does; closed with the site that opened it. */
  readonly open: () => Ledger | Promise<Ledger>;
  readonly store: Store;
  /** Failures that the way being clear again mends: a node that said something wrong. Every other one ends it. */
  readonly mends: readonly ErrorCode[];
}

export interface SupervisedIngest extends Pick<RunningIngest, 'reports' | 'done'> {
  /** What it ended with, each time before it was started again. */
  readonly failures: readonly ErrorCode[];
  stop(): Promise<void>;
}

/** An ingest that is started again when it fails, as Parley's supervisor does, but sooner: what retrying mends, and `mends`. */
export function superviseIngest({ open, store, mends }: Supervision): SupervisedIngest {
  const reports: IngestReport[] = [];
  const failures: ErrorCode[] = [];
  const end: { wanted: boolean; running: RunningIngest | null } = { wanted: false, running: null };
  const live = async (): Promise<void> => {
    while (!end.wanted) {
      try {
        // To open it may fail as well: its only node is in trouble at this moment.
        const ledger = await open();
        if (end.wanted) return;
        end.running = startIngest(ledger, store, 50, (report) => reports.push(report));
        return await end.running.done;
      } catch (error) {
        if (!(error instanceof ParleyError) || !(error.retryable || mends.includes(error.code))) throw error;
        failures.push(error.code);
      }
      await sleep(RESTART_MS);
    }
  };
  const done = live();
  done.catch(() => undefined);
  return {
    ...{ reports, failures, done },
    stop: async () => {
      end.wanted = true;
      await end.running?.stop().catch(() => undefined);
      await done;
    },
  };
}
