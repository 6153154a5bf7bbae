import type { EndpointReport } from '../ledgers/ledger.js';
import type { LedgerId } from '../model/ids.js';
import { LAGGING_BLOCKS, nodeId, probedHealth, worstHealth, type NodeHealth } from '../model/networkNode.js';
import type { NodeHealthState } from '../subgraphs/context.js';

/** Probes in a row that must find another health before it is told. */
const PROBES_TO_AGREE = 2;
/** A node that was said to lag has caught up once it is no further behind than this. */
const CAUGHT_UP_BLOCKS = 2;

/** A node on one ledger. */
interface Standing {
  readonly health: NodeHealth;
  readonly sinceMs: number;
  /** Another health that the last probes found, and how many of them in a row. */
  readonly suspected: { readonly health: NodeHealth; readonly times: number } | null;
}

/** One ledger's nodes, and the highest block that one of them told in the round before. */
export interface Round {
  readonly nodes: ReadonlyMap<string, Standing>;
  readonly head: number;
}

/**
 * The health of nodes, told without flapping. The first probe is believed at once; a health that differs from the one told is told
 * when two probes in a row find it. A node lags that is more than five blocks behind what any node of the ledger told a probe
 * before, so that a fast ledger's moments between two answers are no lag; it has caught up once it is at most two behind.
 */
export class NodeStates {
  private rounds: ReadonlyMap<LedgerId, Round> = new Map();

  /** Takes note of one round of probes. `changed`: somebody's health is told anew. `unsure`: a suspicion waits for the next probe. */
  note(
    ledger: LedgerId,
    reports: readonly EndpointReport[],
    nowMs: number,
  ): { readonly changed: boolean; readonly unsure: boolean } {
    const before = this.rounds.get(ledger) ?? { nodes: new Map<string, Standing>(), head: -1 };
    const found = Map.groupBy(reports, nodeId);
    const nodes = new Map(
      [...found].map(([id, said]) => {
        const last = before.nodes.get(id);
        const health = worstHealth(said.map((one) => healthOf(one, before.head, last?.health)));
        return [id, next(last, health, nowMs)] as const;
      }),
    );
    const head = reports.reduce((best, { height }) => Math.max(best, height ?? -1), -1);
    this.rounds = new Map(this.rounds).set(ledger, { nodes, head });
    const isSame = ([id, { health }]: readonly [string, Standing]): boolean => before.nodes.get(id)?.health === health;
    return {
      changed: nodes.size !== before.nodes.size || ![...nodes].every(isSame),
      unsure: [...nodes.values()].some(({ suspected }) => suspected !== null),
    };
  }

  /** What is known now; it stays as it is. */
  get known(): ReadonlyMap<LedgerId, Round> {
    return this.rounds;
  }

  /** Each node on these ledgers, with the worst that is known of it there, or was. */
  states(ledgers: readonly LedgerId[], rounds = this.rounds): NodeHealthState[] {
    const seen = ledgers.flatMap((ledger) =>
      [...(rounds.get(ledger)?.nodes ?? [])].map(([node, standing]) => ({ node, ledger, ...standing })),
    );
    return [...Map.groupBy(seen, ({ node }) => node)].map(([node, all]) => {
      const health = worstHealth(all.map((one) => one.health));
      const times = all.filter((one) => one.health === health).map(({ sinceMs }) => sinceMs);
      // It is well since the last ledger found it so, and unwell since the first did.
      const sinceMs = health === 'HEALTHY' ? Math.max(...times) : Math.min(...times);
      return { node, ledgers: all.map(({ ledger }) => ledger), health, sinceMs };
    });
  }

  /** How the endpoints of one ledger are, by `EndpointReport.endpoint`. */
  byEndpoint(ledger: LedgerId, reports: readonly EndpointReport[]): ReadonlyMap<string, NodeHealth> {
    const nodes = this.rounds.get(ledger)?.nodes;
    return new Map(reports.map((report) => [report.endpoint, nodes?.get(nodeId(report))?.health ?? 'UNKNOWN']));
  }
}

function healthOf(report: EndpointReport, head: number, told: NodeHealth | undefined): NodeHealth {
  const bound = told === 'LAGGING' ? CAUGHT_UP_BLOCKS : LAGGING_BLOCKS;
  return probedHealth(report, head - (report.height ?? head), bound);
}

function next(last: Standing | undefined, health: NodeHealth, nowMs: number): Standing {
  if (last === undefined) return { health, sinceMs: nowMs, suspected: null };
  if (last.health === health) return { ...last, suspected: null };
  const times = last.suspected?.health === health ? last.suspected.times + 1 : 1;
  if (times < PROBES_TO_AGREE) return { ...last, suspected: { health, times } };
  return { health, sinceMs: nowMs, suspected: null };
}
