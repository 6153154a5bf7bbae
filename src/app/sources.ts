import type { Logger } from 'pino';
import type { AllowedLag } from '../config/index.js';
import type { AnyLedger, LedgerHead } from '../ledgers/ledger.js';
import { pause } from '../lib/pause.js';
import type { LedgerId } from '../model/ids.js';
import type { Scope } from '../model/scope.js';
import type { LedgerRow, StoreReads } from '../store/store.js';
import type { NodeHealthWatch, SourceReport, Sources } from '../subgraphs/context.js';
import type { AmbNetworkConfig } from './ambNetworks.js';
import { HealthWatch, type OnHealth } from './healthWatch.js';
import { polledReport } from './polledReport.js';

/** How often each ledger is asked for its head, and how long it may take to answer. */
const POLL_MS = 1_000;
const ANSWER_WITHIN_MS = 3_000;
/** A report of the index's own heights may be this old: one query serves all requests of the moment. */
const HEIGHTS_FRESH_MS = 200;

interface Pulse {
  readonly head: LedgerHead | null;
  readonly problem: string | null;
}

export interface SourceWatch extends Sources {
  /** Starts asking a ledger for its head. */
  watch(ledger: AnyLedger, allowed: AllowedLag): void;
  /** Says why the ledger of a name is not followed at the moment; null once it is. */
  setProblem(name: string, problem: string | null): void;
  /** How the nodes of the ledgers watched are, probed without being asked. */
  readonly health: NodeHealthWatch;
  close(): void;
}

/** Watches where every ledger stands and how far the index is behind it. `amb`: networks that are polled by their own readers. */
export function watchSources(
  store: StoreReads,
  logger: Logger,
  onHealth?: OnHealth,
  amb: readonly AmbNetworkConfig[] = [],
): SourceWatch {
  const pulses = new Map<LedgerId, Pulse>();
  const allowed = new Map<LedgerId, AllowedLag>();
  const ingestProblems = new Map<string, string>();
  const stop = new AbortController();
  const removals = new Map<string, string>();
  const polled = new Map(amb.map((network) => [network.name, network]));
  const heard: OnHealth = (ledger, health) => {
    noteRemoval(ledger, removals, logger);
    onHealth?.(ledger, health);
  };
  const nodes = new HealthWatch(stop.signal, { onHealth: heard, onProblem: problemSaid(logger) });
  const heights = cached(HEIGHTS_FRESH_MS, (scope: Scope) => store.ledgers(scope));
  return {
    watch(ledger, lag) {
      allowed.set(ledger.id, lag);
      nodes.watch(ledger);
      void poll(ledger, hearing(ledger, pulses, logger), stop.signal);
    },
    setProblem: (name, problem) =>
      void (problem === null ? ingestProblems.delete(name) : ingestProblems.set(name, problem)),
    async reports(scope) {
      const rows = await heights(scope);
      return rows.map((row) => {
        const problem = removals.get(row.name) ?? ingestProblems.get(row.name) ?? null;
        const network = polled.get(row.id);
        if (network !== undefined) return polledReport(row, network, problem);
        return reportOf(row, pulses.get(row.id) ?? SILENT, allowed.get(row.id), problem);
      });
    },
    endpoints: (ledger) => nodes.reports(ledger),
    health: nodes,
    close: () => stop.abort(),
  };
}

const problemSaid =
  (logger: Logger) =>
  ({ name }: AnyLedger, err: unknown): void =>
    logger.error({ ledger: name, err }, `${name}: its nodes cannot be probed`);

/** Says once that the organisation that Parley reads as was removed from a channel, and once that it is a member again. */
function noteRemoval(ledger: AnyLedger, removals: Map<string, string>, logger: Logger): void {
  const removal = ledger.kind === 'fabric' ? ledger.removal : null;
  const told = removals.has(ledger.name);
  if (removal !== null) removals.set(ledger.name, removal.message);
  else removals.delete(ledger.name);
  if (removal !== null && !told) logger.error({ ledger: ledger.name, code: removal.code }, removal.message);
  if (removal === null && told) logger.info({ ledger: ledger.name }, `${ledger.name}: others deliver again`);
}

/** Keeps each pulse, and says once that a ledger fell silent and once that it answers again: following it waits without a word. */
function hearing(ledger: AnyLedger, pulses: Map<LedgerId, Pulse>, logger: Logger): (pulse: Pulse) => void {
  let silent = false;
  return (pulse) => {
    pulses.set(ledger.id, pulse);
    if (silent === (pulse.problem !== null)) return;
    silent = pulse.problem !== null;
    if (silent) logger.warn({ ledger: ledger.name }, `${ledger.name}: does not answer: ${pulse.problem ?? ''}`);
    else logger.info({ ledger: ledger.name }, `${ledger.name}: answers again`);
  };
}

async function poll(ledger: AnyLedger, heard: (pulse: Pulse) => void, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      const head = await ledger.head(AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]));
      heard({ head, problem: null });
    } catch (error) {
      if (signal.aborted) return;
      heard({ head: null, problem: problemOf(error) });
    }
    await pause(POLL_MS, signal);
  }
}

function problemOf(error: unknown): string {
  if (error instanceof DOMException && error.name === 'TimeoutError')
    return `no node of the ledger answered within ${ANSWER_WITHIN_MS / 1000} s`;
  return error instanceof Error ? error.message : String(error);
}

/** A ledger that was not asked yet. */
const SILENT: Pulse = { head: null, problem: 'the ledger has not answered yet' };

function reportOf(
  row: LedgerRow,
  pulse: Pulse,
  allowed: AllowedLag | undefined,
  ingestProblem: string | null,
): SourceReport {
  const { ledger, lag, ...heights } = standing(row, pulse.head);
  const behind = behindText(lag, allowed);
  return {
    ledger,
    name: row.name,
    ...heights,
    lag,
    stale: lag === null || behind !== null || ingestProblem !== null,
    problem: pulse.problem ?? ingestProblem ?? behind,
  };
}

function standing(row: LedgerRow, head: LedgerHead | null) {
  return {
    ledger: row.id,
    indexedHeight: row.tip === null ? null : row.tip.number,
    head: head === null ? null : head.number,
    headTimestampMs: head === null ? null : head.timestampMs,
    lag: head === null ? null : lagOf(row, head),
  };
}

function behindText(lag: SourceReport['lag'], allowed: AllowedLag | undefined): string | null {
  if (lag === null || allowed === undefined) return null;
  if (lag.blocks <= allowed.blocks && lag.seconds <= allowed.seconds) return null;
  return `the index is ${lag.blocks} blocks (${Math.round(lag.seconds)} s) behind`;
}

function lagOf(row: LedgerRow, head: LedgerHead): { blocks: number; seconds: number } {
  const blocks = Math.max(0, head.number - (row.tip?.number ?? row.startBlock - 1));
  const behindMs = (head.timestampMs ?? 0) - (row.tipTimestampMs ?? head.timestampMs ?? 0);
  return { blocks, seconds: blocks === 0 ? 0 : Math.max(0, behindMs / 1000) };
}

function cached<K extends { readonly digest: string }, V>(
  freshMs: number,
  read: (key: K) => Promise<V>,
): (key: K) => Promise<V> {
  let last: { readonly digest: string; readonly at: number; readonly value: Promise<V> } | null = null;
  return (key) => {
    if (last !== null && last.digest === key.digest && Date.now() - last.at < freshMs) return last.value;
    const value = read(key);
    last = { digest: key.digest, at: Date.now(), value };
    value.catch(() => (last = null));
    return value;
  };
}
