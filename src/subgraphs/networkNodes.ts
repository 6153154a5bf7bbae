import type { EndpointReport } from '../ledgers/ledger.js';
import type { ChannelConfig } from '../model/fabric.js';
import { hasBlocks, ledgerKind, type LedgerId } from '../model/ids.js';
import {
  nodeAddress,
  nodeId,
  probedHealth,
  worstHealth,
  type NodeHealth,
  type NodeRole,
} from '../model/networkNode.js';
import { ambNodes } from './ambNodes.js';
import type { RequestContext } from './context.js';
import { once } from './keyedLoader.js';
import { loadersOf } from './loaders.js';

export type { NodeHealth, NodeRole } from '../model/networkNode.js';

/** Where a node stands on one ledger. */
export interface NodePositionFacts {
  readonly ledger: LedgerId;
  /** Null where it was not asked or does not answer. */
  readonly height: number | null;
}
/** A peer, orderer or chain node, once, whatever the number of ledgers that it serves. */
export interface NetworkNodeFacts {
  readonly id: string;
  readonly role: NodeRole;
  /** Null where its source names none. */
  readonly endpoint: string | null;
  /** MSP id of the organisation, or Amazon's id of the member, that runs it; null where unknown. */
  readonly operator: string | null;
  readonly version: string | null;
  readonly health: NodeHealth;
  readonly problem: string | null;
  readonly positions: readonly NodePositionFacts[];
  readonly checkedAtMs: number | null;
  /** Of a node that Amazon runs, and alone tells of; absent elsewhere. */
  readonly amb?: { readonly ledger: LedgerId; readonly nativeId: string };
}

/** One thing that one source says of a node. */
interface Sighting {
  readonly ledger: LedgerId;
  readonly role: NodeRole;
  readonly endpoint: string;
  readonly operator: string | null;
  readonly report: EndpointReport | null;
}

const NODES = Symbol('network nodes');
export const networkNodesOf = (context: RequestContext): NetworkNodes =>
  context.once(NODES, () => new NetworkNodes(context));

export class NetworkNodes {
  constructor(private readonly context: RequestContext) {}

  /** Peers and orderers that channels' configs name, and what Parley's own connections reach. */
  readonly all = once(async (): Promise<readonly NetworkNodeFacts[]> => {
    const [configured, reached] = await Promise.all([this.configured(), this.reached()]);
    const heads = bestHeads(reached);
    const watched = new Map(this.context.health.current(this.context.scope).map(({ node, health }) => [node, health]));
    const operators = new Map(
      configured.flatMap((one) => (one.operator === null ? [] : [[placeOf(one), one.operator]])),
    );
    const known = [...configured, ...reached].map((one) => ({
      ...one,
      operator: one.operator ?? operators.get(placeOf(one)) ?? null,
    }));
    const nodes = [...Map.groupBy(known, nodeId)].map(([id, seen]) => nodeOf(id, seen, heads, watched.get(id)));
    return [...nodes, ...(await ambNodes(this.context))];
  });

  private async configured(): Promise<Sighting[]> {
    const channels = this.context.scope.ledgers.filter((ledger) => ledgerKind(ledger) === 'fabric');
    const rows = await Promise.all(channels.map((ledger) => loadersOf(this.context).config.load(ledger)));
    return rows.flatMap((row) => (row === null ? [] : sightingsOf(row.ledger, row.config)));
  }

  private async reached(): Promise<Sighting[]> {
    const reachable = this.context.scope.ledgers.filter(hasBlocks);
    return (await Promise.all(reachable.map((ledger) => this.endpointsOf(ledger)))).flat();
  }

  /** A ledger whose nodes are not heard costs only what they would have said. */
  private async endpointsOf(ledger: LedgerId): Promise<Sighting[]> {
    try {
      const reports = await this.context.sources.endpoints(ledger);
      return reports.map((report) => {
        const { role, endpoint, operator } = report;
        return { ledger, role, operator, endpoint, report };
      });
    } catch (error) {
      this.context.report(error instanceof Error ? error : new Error(String(error)));
      return [];
    }
  }
}

/** The nodes that a channel's config names: anchor peers, orderer endpoints, consenters. */
export function sightingsOf(ledger: LedgerId, config: ChannelConfig): Sighting[] {
  const sighting =
    (role: NodeRole, operator: string) =>
    (endpoint: string): Sighting => ({
      ...{ ledger, role, operator, endpoint },
      report: null,
    });
  const hostPort = ({ host, port }: { readonly host: string; readonly port: number }): string => `${host}:${port}`;
  return [
    ...config.organizations.flatMap(({ mspId, anchorPeers }) => anchorPeers.map(hostPort).map(sighting('PEER', mspId))),
    ...config.ordererOrganizations.flatMap(({ mspId, ordererEndpoints }) =>
      ordererEndpoints.map(sighting('ORDERER', mspId)),
    ),
    ...config.consensus.consenters.flatMap((one) => [hostPort(one)].map(sighting('ORDERER', one.mspId))),
  ];
}

const placeOf = ({ role, endpoint }: Sighting): string => `${role} ${nodeAddress(endpoint)}`;

function bestHeads(sightings: readonly Sighting[]): ReadonlyMap<LedgerId, number> {
  const heads = new Map<LedgerId, number>();
  for (const { ledger, report } of sightings) {
    if (report?.height != null) heads.set(ledger, Math.max(report.height, heads.get(ledger) ?? 0));
  }
  return heads;
}

function nodeOf(
  id: string,
  sightings: readonly Sighting[],
  heads: ReadonlyMap<LedgerId, number>,
  watched: NodeHealth | undefined,
): NetworkNodeFacts {
  const [first] = sightings;
  if (first === undefined) throw new RangeError('A node that nobody saw');
  const asked = sightings.filter(({ report }) => report !== null);
  const positions = new Map<LedgerId, NodePositionFacts>(
    sightings.map(({ ledger }) => [ledger, { ledger, height: null }]),
  );
  for (const { ledger, report } of asked) positions.set(ledger, { ledger, height: report?.height ?? null });
  return {
    id,
    role: first.role,
    endpoint: nodeAddress(first.endpoint),
    operator: first.operator,
    version: firstSaid(asked, 'version'),
    health: watched ?? healthOf(asked, heads),
    problem: firstSaid(asked, 'problem'),
    positions: [...positions.values()],
    checkedAtMs: checkedAt(asked),
  };
}

const firstSaid = (asked: readonly Sighting[], what: 'version' | 'problem'): string | null =>
  asked.map(({ report }) => report?.[what] ?? null).find((said) => said !== null) ?? null;

/** The latest of its probes. */
function checkedAt(asked: readonly Sighting[]): number | null {
  const times = asked.flatMap(({ report }) =>
    report === null || report.standing === 'UNPROBED' ? [] : [report.checkedAtMs ?? Date.now()],
  );
  return times.length === 0 ? null : Math.max(...times);
}

/** The worst that its last probes alone say: of a node that is not watched. */
export function healthOf(asked: readonly Sighting[], heads: ReadonlyMap<LedgerId, number>): NodeHealth {
  const behind = ({ ledger, report }: Sighting): number => (heads.get(ledger) ?? 0) - (report?.height ?? 0);
  return worstHealth(asked.map((one) => (one.report === null ? 'UNREACHABLE' : probedHealth(one.report, behind(one)))));
}
