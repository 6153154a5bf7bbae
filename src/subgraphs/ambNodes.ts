import type { AmbNode } from '../model/governance.js';
import { formatId, type LedgerId } from '../model/ids.js';
import type { NodeHealth } from '../model/networkNode.js';
import type { RequestContext, SourceReport } from './context.js';
import { loadersOf } from './loaders.js';
import type { NetworkNodeFacts } from './networkNodes.js';

/** Amazon's words for how a node is; where a node is made or deleted, nothing is said of its health. */
const HEALTH: ReadonlyMap<string | null, NodeHealth> = new Map([
  ['AVAILABLE', 'HEALTHY'],
  ['UPDATING', 'HEALTHY'],
  ['UNHEALTHY', 'UNREACHABLE'],
  ['FAILED', 'UNREACHABLE'],
  ['CREATE_FAILED', 'UNREACHABLE'],
  ['INACCESSIBLE_ENCRYPTION_KEY', 'UNREACHABLE'],
]);

/** The nodes of Amazon's networks, as far as it tells: of members of the account that is read as. Parley probes none of them itself. */
export async function ambNodes(context: RequestContext): Promise<readonly NetworkNodeFacts[]> {
  const networks = (await loadersOf(context).consortia()).filter(({ state }) => (state.amb?.nodes.length ?? 0) > 0);
  if (networks.length === 0) return [];
  const reports = await loadersOf(context).reports();
  return networks.flatMap(({ ledger, state }) => {
    const report = reports.find((one) => one.ledger === ledger);
    const nodes = (state.amb?.nodes ?? []).filter(({ nativeStatus }) => nativeStatus !== 'DELETED');
    return nodes.map((node) => nodeOf(ledger, node, report));
  });
}

/** An old answer says nothing of how a node is now. */
const nodeOf = (
  ledger: LedgerId,
  { nativeId, member, nativeStatus, endpoint }: AmbNode,
  report: SourceReport | undefined,
): NetworkNodeFacts => ({
  id: formatId({ type: 'NetworkNode', key: `${ledger}/${nativeId}` }),
  ...{ role: 'PEER', endpoint, operator: member, version: null, problem: nativeStatus, positions: [] },
  health: report?.stale === false ? (HEALTH.get(nativeStatus) ?? 'UNKNOWN') : 'UNKNOWN',
  checkedAtMs: report?.headTimestampMs ?? null,
  amb: { ledger, nativeId },
});
