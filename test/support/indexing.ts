import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Observer } from '../../src/governance/mechanism.js';
import { runIngest, type IngestListener, type IngestReport } from '../../src/ingest/index.js';
import type { Ledger } from '../../src/ledgers/ledger.js';
import { openStore } from '../../src/store/index.js';
import type { Store } from '../../src/store/store.js';
import { PATIENCE_MS } from './world.js';

/** A SQLite store in a directory of its own. */
export interface Workbench {
  readonly path: string;
  readonly url: string;
  readonly store: Store;
  reopen(): Promise<Store>;
  close(): Promise<void>;
}

export async function workbench(): Promise<Workbench> {
  const directory = mkdtempSync(join(tmpdir(), 'index-'));
  const path = join(directory, 'index.db');
  const url = `sqlite:${path}`;
  let store = await openStore(url);
  return {
    ...{ path, url },
    get store() {
      return store;
    },
    reopen: async () => {
      await store.close();
      store = await openStore(url);
      return store;
    },
    close: async () => {
      await store.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** An ingest that runs until stopped, with what it reported. */
export interface RunningIngest {
  readonly reports: readonly IngestReport[];
  readonly done: Promise<void>;
  /** Resolves once a report fits. */
  until(what: string, fits: (report: IngestReport) => boolean): Promise<IngestReport>;
  stop(): Promise<void>;
}

/** `also` hears what is reported, too. */
export function startIngest(
  ledger: Ledger,
  store: Store,
  keepRetracted = 50,
  also?: IngestListener,
  observers?: () => readonly Observer[],
): RunningIngest {
  const stop = new AbortController();
  const reports: IngestReport[] = [];
  const waiting = new Set<() => void>();
  const listener = (report: IngestReport): void => {
    reports.push(report);
    also?.(report);
    for (const look of waiting) look();
  };
  const observing = observers === undefined ? {} : { observers };
  const done = runIngest({ ledger, store, listener, signal: stop.signal, keepRetracted, ...observing });
  // Whoever waits for the end hears of a failure; until then it is no unhandled one.
  done.catch(() => undefined);
  return {
    ...{ reports, done },
    until: (what, fits) =>
      new Promise((resolve, reject) => {
        const end = (): void => {
          clearTimeout(timer);
          waiting.delete(look);
        };
        const look = (): void => {
          const found = reports.findLast(fits);
          if (found === undefined) return;
          end();
          resolve(found);
        };
        const timer = setTimeout(() => {
          end();
          reject(new Error(`${what} did not come; last: ${JSON.stringify(reports.at(-1))}`));
        }, PATIENCE_MS);
        waiting.add(look);
        look();
      }),
    stop: async () => {
      stop.abort();
      await done;
    },
  };
}

/**
 * Waits until the index stands at the ledger's head: by the last report, for an earlier one may have stood on the same block, before
 * the chain turned away from it and back.
 */
export const atHead = (run: RunningIngest, head: () => { readonly hash: string } | undefined): Promise<IngestReport> =>
  run.until(
    'the head',
    (report) => report === run.reports.at(-1) && report.kind === 'following' && report.tip?.hash === head()?.hash,
  );
