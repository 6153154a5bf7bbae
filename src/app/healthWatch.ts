import { ParleyError } from '../errors/index.js';
import type { AnyLedger, EndpointReport } from '../ledgers/ledger.js';
import { pause } from '../lib/pause.js';
import type { LedgerId } from '../model/ids.js';
import type { NodeHealth } from '../model/networkNode.js';
import type { Scope } from '../model/scope.js';
import type { NodeHealthState, NodeHealthWatch } from '../subgraphs/context.js';
import { NodeStates } from './nodeStates.js';

export interface HealthTimings {
  /** From the end of one round of probes to the next, give or take a fifth: replicas do not probe in step. */
  readonly everyMs: number;
  /** The same where a node seems to have changed: the probe that decides it comes soon. */
  readonly soonMs: number;
}
const DEFAULT_TIMINGS: HealthTimings = { everyMs: 5_000, soonMs: 1_000 };
/** Streams read a change as soon as it is there: so far behind is nobody who can go on from what he had. */
const CHANGES_KEPT = 64;
/** How long a request waits for the first round. */
const WAIT_MS = 1_500;

/** What is told of a ledger's endpoints, by `EndpointReport.endpoint`, after a round of probes. */
export type OnHealth = (ledger: AnyLedger, health: ReadonlyMap<string, NodeHealth>) => void;

export interface HealthListener {
  readonly onHealth: OnHealth;
  /** A round of probes failed for a reason of Parley's own; what was known stays, and the next round is tried. */
  readonly onProblem: (ledger: AnyLedger, error: unknown) => void;
}

/** Probes the nodes of every ledger without being asked, and keeps how they are: for the graph, for streams, for failover. */
export class HealthWatch implements NodeHealthWatch {
  changes = 0;
  private readonly nodes = new NodeStates();
  /** What was known after each of the last changes. */
  private readonly past = new Map<number, NodeStates['known']>();
  private readonly heard = new Map<LedgerId, Promise<readonly EndpointReport[]>>();
  private readonly ledgers = new Map<LedgerId, AnyLedger>();
  private waiting: (() => void)[] = [];

  constructor(
    private readonly stop: AbortSignal,
    private readonly listener: HealthListener,
    private readonly timings: HealthTimings = DEFAULT_TIMINGS,
  ) {
    stop.addEventListener('abort', () => this.wake(), { once: true });
  }

  /** Probes a ledger's nodes from now on; its ledger takes note of how they are. */
  watch(ledger: AnyLedger): void {
    this.ledgers.set(ledger.id, ledger);
    const first = this.round(ledger);
    this.heard.set(
      ledger.id,
      first.then(({ reports }) => reports ?? []),
    );
    void this.goOn(ledger, first);
  }

  /** As last probed; empty for a ledger that is not connected. Errors: `LEDGER_UNAVAILABLE` where its nodes were not heard yet. */
  async reports(id: LedgerId): Promise<readonly EndpointReport[]> {
    const heard = this.heard.get(id);
    if (heard === undefined) return [];
    const late = new AbortController();
    const patience = pause(WAIT_MS, AbortSignal.any([this.stop, late.signal])).then(() => null);
    const reports = await Promise.race([heard, patience]);
    late.abort();
    if (reports !== null) return reports;
    const name = this.ledgers.get(id)?.name ?? id;
    throw new ParleyError('LEDGER_UNAVAILABLE', `The nodes of ${name} were not heard in time`, { source: name });
  }

  at(changes: number, { ledgers }: Pick<Scope, 'ledgers'>): readonly NodeHealthState[] | null {
    const rounds = this.past.get(changes);
    return rounds === undefined ? null : this.nodes.states(ledgers, rounds);
  }

  current({ ledgers }: Pick<Scope, 'ledgers'>): readonly NodeHealthState[] {
    return this.nodes.states(ledgers);
  }

  async changed(after: number, signal: AbortSignal): Promise<number> {
    while (this.changes <= after && !signal.aborted && !this.stop.aborted) await this.change(signal);
    return this.changes;
  }

  private async goOn(ledger: AnyLedger, first: Promise<{ readonly unsure: boolean }>): Promise<void> {
    let { unsure } = await first;
    while (!this.stop.aborted) {
      const { everyMs, soonMs } = this.timings;
      await pause((unsure ? soonMs : everyMs) * (0.8 + Math.random() * 0.4), this.stop);
      if (this.stop.aborted) return;
      const round = await this.round(ledger);
      unsure = round.unsure;
      if (round.reports !== null) this.heard.set(ledger.id, Promise.resolve(round.reports));
    }
  }

  /** Probes each node of the ledger once. */
  private async round(
    ledger: AnyLedger,
  ): Promise<{ readonly reports: readonly EndpointReport[] | null; readonly unsure: boolean }> {
    const reports = await this.probed(ledger);
    if (reports === null) return { reports, unsure: false };
    const { changed, unsure } = this.nodes.note(ledger.id, reports, Date.now());
    const health = this.nodes.byEndpoint(ledger.id, reports);
    ledger.heed?.(health);
    this.listener.onHealth(ledger, health);
    if (changed) {
      this.changes += 1;
      this.past.set(this.changes, this.nodes.known);
      this.past.delete(this.changes - CHANGES_KEPT);
      this.wake();
    }
    return { reports, unsure };
  }

  /** Null where the round itself failed: each node's own problem is in its report. */
  private async probed(ledger: AnyLedger): Promise<readonly EndpointReport[] | null> {
    try {
      const reports = await ledger.endpoints(this.stop);
      const checkedAtMs = Date.now();
      return reports.map((report) => ({ ...report, checkedAtMs }));
    } catch (error) {
      if (!this.stop.aborted) this.listener.onProblem(ledger, error);
      return null;
    }
  }

  private change(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        signal.removeEventListener('abort', end);
        resolve();
      };
      signal.addEventListener('abort', end, { once: true });
      this.waiting.push(end);
    });
  }

  private wake(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}
