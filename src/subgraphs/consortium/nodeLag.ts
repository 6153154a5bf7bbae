import type { RequestContext } from '../context.js';
import { loadersOf } from '../loaders.js';
import type { NodePositionFacts } from '../networkNodes.js';

/** How far a node is behind the ledger's head; null where either is not known. The time is between the two blocks, where both are indexed. */
export async function nodeLag(
  context: RequestContext,
  { ledger, height }: NodePositionFacts,
): Promise<{ readonly blocks: number; readonly seconds: number } | null> {
  const report = (await loadersOf(context).reports()).find((source) => source.ledger === ledger);
  if (height === null || report?.head == null) return null;
  const blocks = Math.max(0, report.head - height);
  if (blocks === 0) return { blocks, seconds: 0 };
  const block = await loadersOf(context).blockByNumber.load({ ledger, number: height });
  const headMs = report.headTimestampMs;
  if (block?.timestampMs == null || headMs === null) return null;
  return { blocks, seconds: Math.max(0, (headMs - block.timestampMs) / 1000) };
}
