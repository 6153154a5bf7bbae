import { pause } from '../lib/pause.js';
import { ParleyError } from '../errors/index.js';
import type { LedgerId } from '../model/ids.js';
import { storeError } from './dialect/storeError.js';
import { fileCandidate } from './hold/fileCandidate.js';
import type { Candidate, IngestHold } from './hold/hold.js';
import { serverCandidate } from './hold/serverCandidate.js';
import { parseStoreUrl } from './url.js';

/** How often a waiting process asks whether the ledger is free. */
const ASK_EVERY_MS = 500;

/**
 * Takes the right to write one ledger: one process at a time. The store must have been opened for writing before. Errors:
 * `STORE_UNAVAILABLE` while another one has it, or where the store does not answer.
 */
export async function holdIngest(url: string, ledger: LedgerId): Promise<IngestHold> {
  return withCandidate(url, ledger, async (candidate) => {
    const hold = await candidate.take();
    if (hold === null) throw taken(ledger);
    return hold;
  });
}

/**
 * Waits for the right to write one ledger, as long as it takes; `onWaiting` is called once where another process has it. Null where
 * aborted. Errors: `STORE_UNAVAILABLE` where the store does not answer.
 */
export async function standBy(
  url: string,
  ledger: LedgerId,
  signal: AbortSignal,
  onWaiting: () => void,
): Promise<IngestHold | null> {
  return withCandidate(url, ledger, async (candidate) => {
    for (let asked = 0; !signal.aborted; asked += 1) {
      const hold = await candidate.take();
      if (hold !== null) return hold;
      if (asked === 0) onWaiting();
      await pause(ASK_EVERY_MS, signal);
    }
    return null;
  });
}

/** Does work that writes one ledger while this process alone may. Errors as `holdIngest`, and the work's. */
export async function whileHoldingIngest<T>(
  url: string,
  ledger: LedgerId,
  work: (hold: IngestHold) => Promise<T>,
): Promise<T> {
  const hold = await holdIngest(url, ledger);
  try {
    return await work(hold);
  } finally {
    await hold.release();
  }
}

async function withCandidate<T>(url: string, ledger: LedgerId, work: (candidate: Candidate) => Promise<T>): Promise<T> {
  const address = parseStoreUrl(url);
  const candidate =
    address.kind === 'sqlite' ? fileCandidate(address.path, ledger) : serverCandidate(address.url, ledger);
  try {
    return await work(candidate);
  } catch (error) {
    throw storeError(error);
  } finally {
    await candidate.close();
  }
}

const taken = (ledger: LedgerId): ParleyError =>
  new ParleyError('STORE_UNAVAILABLE', `Another process writes ${ledger} into this store`, {
    expected: 'one process at a time for each ledger of a store',
    fix: 'Stop the other one, or give this one a store of its own. A waiting Parley takes over by itself when the other ends.',
  });
