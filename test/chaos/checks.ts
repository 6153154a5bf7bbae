import { expect } from '@jest/globals';
import { verifyLedger, type Difference } from '../../src/ingest/index.js';
import type { Ledger, LedgerHead } from '../../src/ledgers/ledger.js';
import { openStore } from '../../src/store/index.js';
import type { RunningIngest } from '../support/indexing.js';
import { eventually } from '../support/world.js';

/** What `parley verify` does: every row against what the ledger itself says, field by field. Nothing may differ. */
export async function expectVerified(ledger: Ledger, url: string): Promise<void> {
  const store = await openStore(url);
  try {
    expect(await store.contradictions(ledger.id)).toEqual([]);
    const found: Difference[] = [];
    const { signal } = new AbortController();
    await verifyLedger({ ledger, store, signal, settleMs: 20, onDifference: (one) => found.push(one) });
    expect(found.map(({ text }) => text)).toEqual([]);
  } finally {
    await store.close();
  }
}

/** Waits until the index stands at the head that the ledger is known to have; ends early where the ingest ended. */
export async function settles(
  run: Pick<RunningIngest, 'reports' | 'done'>,
  head: Pick<LedgerHead, 'number' | 'hash'>,
): Promise<void> {
  let ended: unknown = null;
  run.done.catch((error: unknown) => (ended = error));
  await eventually(`block ${head.number} is indexed`, () => {
    if (ended !== null) throw ended instanceof Error ? ended : new Error(String(ended));
    const last = run.reports.at(-1);
    return Promise.resolve(last?.kind === 'following' && last.tip?.hash === head.hash);
  }).catch((error: unknown) => {
    throw new Error(`${String(error)}; last: ${JSON.stringify(run.reports.slice(-2))}`, { cause: error });
  });
}
