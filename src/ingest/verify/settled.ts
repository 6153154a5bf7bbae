import { pause } from '../../lib/pause.js';
import type { Difference } from './difference.js';
import type { Verification } from './verify.js';

/** An index that is being written, or a chain that turns to another branch, agrees again after a moment. */
const ATTEMPTS = 4;

/** Looks until nothing differs, a few times at most; what differed the last time stays. */
export async function settled(
  { settleMs, signal }: Verification,
  look: (attempt: number) => Promise<Difference[]>,
): Promise<Difference[]> {
  for (let attempt = 1; ; attempt += 1) {
    const found = await look(attempt);
    if (found.length === 0 || attempt === ATTEMPTS || signal.aborted) return found;
    await pause(settleMs * attempt, signal);
  }
}
