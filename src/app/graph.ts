import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { actsFor, identify, permissions, usableBy, visibleTo } from '../access/index.js';
import type { Config } from '../config/index.js';
import { cursorSeal, type CursorSeal } from '../lib/cursorSeal.js';
import type { Signer } from '../keys/index.js';
import type { AnyLedger } from '../ledgers/ledger.js';
import type { Feed } from '../feed/feed.js';
import { createDirectory, type Directory } from '../model/directory.js';
import { hasBlocks, type LedgerId } from '../model/ids.js';
import type { Scope } from '../model/scope.js';
import type { StoreReader } from '../store/store.js';
import type { Governance, NodeHealthWatch, RequestContext, SourceReport } from '../subgraphs/context.js';
import { writesOf, type WritesDesk } from '../subgraphs/index.js';
import type { LedgerDesk } from './desk.js';
import { onceMap } from './once.js';
import { openGovernance } from './openGovernance.js';
import type { SourceWatch } from './sources.js';

/** What every request's context is made from. */
export interface GraphParts {
  readonly store: StoreReader;
  readonly feed: Feed;
  readonly health: NodeHealthWatch;
  readonly desk: LedgerDesk;
  readonly sources: SourceWatch;
  readonly writes: WritesDesk;
  readonly signers: readonly Signer[];
  readonly governance: Governance;
  readonly directory: Directory;
  /** As `RequestContext.actingByApi`. */
  readonly actingByApi: readonly string[];
  readonly cursors: CursorSeal;
  readonly pageSize: { readonly default: number; readonly max: number };
}

const DEFAULT_PAGE = 20;

export function graphParts(
  config: Config,
  parts: Omit<GraphParts, 'actingByApi' | 'directory' | 'cursors' | 'pageSize' | 'governance'> & {
    /** A network of Amazon's was written to by this process. */
    readonly onAmbWrite: (ledger: LedgerId) => void;
  },
  storeSecret: Uint8Array,
): GraphParts {
  return {
    ...parts,
    governance: openGovernance({ config, ...parts }),
    actingByApi: config.amb.flatMap(({ actingMembers }) => actingMembers),
    directory: createDirectory({ network: config.network, members: config.members }),
    cursors: cursorSeal(config.server.secrets ?? [storeSecret]),
    pageSize: { default: Math.min(DEFAULT_PAGE, config.limits.pageSize), max: config.limits.pageSize },
  };
}

/** The context of one request: the caller is identified, what it may see is decided, and nothing else is reachable. */
export function contextFor(
  parts: GraphParts,
  request: {
    readonly requestId?: string;
    readonly headers?: IncomingHttpHeaders;
    readonly signal: AbortSignal;
    report(error: Error): void;
  },
): RequestContext {
  const principal = identify();
  const scope = visibleTo(principal, parts.desk.known());
  const member = actsFor(principal, parts.directory, request.headers?.['parley-member']);
  // Without accounts everybody may see the same; what a member's own fields say differs.
  const rights = member === null ? principal.kind : `${principal.kind} ${member}`;
  return {
    principal,
    member,
    permissions: permissions(principal, scope),
    writes: writesOf({
      ...{ desk: parts.writes, principal, caller: principal.kind, scope, store: parts.store, signal: request.signal },
      signers: usableBy(principal, parts.signers, member),
      carriers: usableBy(principal, parts.signers, null),
    }),
    requestId: request.requestId ?? randomUUID(),
    scope,
    ...told(parts),
    ledgers: visibleLedgers(parts.desk, scope),
    rights,
    signal: request.signal,
    once: onceMap(),
    again: (report) => contextFor(parts, { ...request, report }),
    report: (error) => request.report(error),
  };
}

/** What is the same for every caller. */
const told = ({ store, sources, feed, health, directory, cursors, pageSize, governance, actingByApi }: GraphParts) => ({
  ...{ store, sources, feed, health, directory, cursors, pageSize, governance, actingByApi },
});

/** Only the ledgers of the scope can be asked at all. */
function visibleLedgers({ ledgers }: LedgerDesk, scope: Scope): ReadonlyMap<LedgerId, AnyLedger> {
  return new Map([...ledgers].filter(([id]) => scope.ledgers.includes(id)));
}

/** What every source says to the operator: those that never answered included. */
export async function allSources(parts: GraphParts): Promise<readonly SourceReport[]> {
  const reports = await parts.sources.reports(visibleTo(identify(), parts.desk.known()));
  const unread = [...parts.desk.ledgers.values()].map(({ name }) => [name, 'has not been read yet'] as const);
  const unpolled = parts.desk
    .known()
    .filter((id) => !hasBlocks(id))
    .map((id) => [id, 'has not been read yet'] as const);
  const silent = [...parts.desk.pending, ...unread, ...unpolled].filter(
    ([name]) => !reports.some((report) => report.name === name),
  );
  return [...reports, ...silent.map(([name, problem]) => silentReport(name, problem))];
}

const silentReport = (name: string, problem: string): SourceReport => ({
  ledger: null,
  name,
  indexedHeight: null,
  head: null,
  headTimestampMs: null,
  lag: null,
  stale: true,
  problem,
});
