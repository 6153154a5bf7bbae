import { nearest, type Config } from '../config/index.js';
import { ParleyError } from '../errors/index.js';
import { rebuildLedger, verifyLedger, type Difference, type Progress, type VerifyResult } from '../ingest/index.js';
import { openStore, whileHoldingIngest } from '../store/index.js';
import type { Store } from '../store/store.js';
import { ambNetworks } from './ambNetworks.js';
import { openRead, type OpenRead, type ReadConfig } from './openRead.js';

export interface MaintenanceOptions {
  /** Only the ledger of this name; null for all. */
  readonly ledger: string | null;
  readonly onProgress: (ledger: string, progress: Progress) => void;
}

/** Derives everything again from the raw blocks in the store. One ledger after the other; a ledger that was never indexed is passed over. */
export async function rebuildIndex(
  config: Config,
  options: MaintenanceOptions,
): Promise<readonly { readonly ledger: string; readonly blocks: number }[]> {
  return forEachRead(config, options, readOf(config), async ({ ledger, observers }, store, onProgress) => {
    const { blocks } = await whileHoldingIngest(config.store.url, ledger.id, ({ epoch, lost }) => {
      store.fence(ledger.id, epoch);
      return rebuildLedger({ ledger, store, signal: lost, onProgress, observers });
    });
    return { ledger: ledger.name, blocks };
  });
}

/** Forgets all that was read of one ledger, so that the next start reads it from its nodes again. Its nodes are not asked. */
export async function forgetIndex(config: Config, name: string): Promise<void> {
  choose(readOf(config), name);
  const store = await openStore(config.store.url);
  try {
    for (const known of await store.declared()) {
      if (known.name !== name) continue;
      await whileHoldingIngest(config.store.url, known.id, ({ epoch }) => {
        store.fence(known.id, epoch);
        return store.forgetLedger(known.id);
      });
    }
  } finally {
    await store.close();
  }
}

export interface VerifySummary {
  /** What was compared, a line a ledger. */
  readonly lines: readonly string[];
  readonly differences: number;
}

/** Compares the index with the ledgers themselves, field by field. Parley may be running meanwhile. */
export async function verifyIndex(
  config: Config,
  options: MaintenanceOptions & { readonly onDifference: (difference: Difference) => void },
): Promise<VerifySummary> {
  let integrity = true;
  const { signal } = new AbortController();
  const { onDifference } = options;
  // Amazon keeps nothing of the past that its records could be compared with.
  const results = await forEachRead(
    config,
    options,
    config.ledgers,
    async ({ ledger, observers }, store, onProgress) => {
      const result = await verifyLedger({
        ledger,
        store,
        signal,
        onProgress,
        onDifference,
        integrity,
        observers: observers(),
      });
      integrity = false; // The database's own check is the same for every ledger: once is enough.
      return { line: verdict(ledger.name, result), differences: result.differences };
    },
  );
  return {
    lines: results.map(({ line }) => line),
    differences: results.reduce((sum, { differences }) => sum + differences, 0),
  };
}

function verdict(ledger: string, result: VerifyResult): string {
  const number = (value: number): string => value.toLocaleString('en');
  const retracted = result.retracted === 0 ? '' : ` and ${number(result.retracted)} retracted ones`;
  const compared = `${number(result.blocks)} blocks${retracted}, ${number(result.transactions)} transactions, ${number(result.rows)} rows`;
  return result.differences === 0
    ? `✓ ${ledger}: ${compared}: nothing differs`
    : `✗ ${ledger}: ${compared}: ${number(result.differences)} differ`;
}

const readOf = (config: Config): readonly ReadConfig[] => [...config.ledgers, ...ambNetworks(config)];

async function forEachRead<T>(
  config: Config,
  options: MaintenanceOptions,
  among: readonly ReadConfig[],
  work: (read: OpenRead, store: Store, onProgress: (progress: Progress) => void) => Promise<T>,
): Promise<readonly T[]> {
  const chosen = choose(among, options.ledger);
  const store = await openStore(config.store.url);
  try {
    const declared = await store.declared();
    const results: T[] = [];
    for (const one of chosen.filter(({ name }) => declared.some((known) => known.name === name))) {
      const read = await openRead(one, store);
      try {
        results.push(await work(read, store, (progress) => options.onProgress(one.name, progress)));
      } finally {
        await read.ledger.close();
      }
    }
    return results;
  } finally {
    await store.close();
  }
}

function choose(among: readonly ReadConfig[], name: string | null): readonly ReadConfig[] {
  if (name === null) return among;
  const found = among.filter((one) => one.name === name);
  if (found.length > 0) return found;
  const names = among.map((one) => one.name);
  const near = nearest(name, names);
  throw new ParleyError('CONFIG_INVALID', 'The configuration has no ledger of that name', {
    got: name,
    expected: `one of ${names.join(', ')}`,
    fix: near === null ? 'Name one of them.' : `Did you mean ${near}?`,
  });
}
