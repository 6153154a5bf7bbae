import type { LedgerRow } from '../store/store.js';
import type { SourceReport } from '../subgraphs/context.js';
import { staleAfterMs, type AmbNetworkConfig } from './ambNetworks.js';

/**
 * What is told of a network that is polled: it has no head of its own, but Amazon was asked a while ago, by this process or another one.
 * `problem`: why its reader waits.
 */
export function polledReport(row: LedgerRow, config: AmbNetworkConfig, problem: string | null): SourceReport {
  const { id: ledger, name, tip, head, headSeenAtMs } = row;
  const heights = { indexedHeight: tip?.number ?? null, head: head?.number ?? null, headTimestampMs: headSeenAtMs };
  if (headSeenAtMs === null) {
    const unasked = problem ?? 'Amazon has not been asked yet';
    return { ledger, name, ...heights, lag: null, stale: true, problem: unasked };
  }
  const ageMs = Math.max(0, Date.now() - headSeenAtMs);
  const late = ageMs > staleAfterMs(config) ? `Amazon last answered ${Math.round(ageMs / 1_000)} s ago` : null;
  const said = problem ?? late;
  const seconds = said === null ? 0 : Math.round(ageMs / 1_000);
  return { ledger, name, ...heights, lag: { blocks: 0, seconds }, stale: said !== null, problem: said };
}
