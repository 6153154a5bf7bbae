const FIRST_MS = 250;
const LONGEST_MS = 30_000;

/** How long to wait before the n-th attempt (from 1): doubling, bounded, and spread so that ledgers do not ask in step. */
export function backoffMs(attempt: number, random: () => number = Math.random): number {
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt - 1, 20));
  return Math.round(full * (0.75 + random() / 2));
}
