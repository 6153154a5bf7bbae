import type { AnyLedger, EndpointReport } from '../ledgers/ledger.js';
import type { LedgerId } from '../model/ids.js';
import type { Feed } from '../feed/feed.js';
import type { Scope } from '../model/scope.js';
import type { StoreChanges, StoreReads } from '../store/store.js';
import type { CursorSeal } from '../lib/cursorSeal.js';
import type { Directory } from '../model/directory.js';
import type { Permission, Principal } from '../access/index.js';
import type { MechanismWrites } from '../governance/mechanism.js';
import type { Mechanism } from '../model/governance.js';
import type { Writes } from './writes.js';

/** What a ledger's source says of itself at the moment, for lag, readiness and `extensions.sources`. */
export interface SourceReport {
  /** Null while a channel that was never indexed has not answered: its id is told by its first block. */
  readonly ledger: LedgerId | null;
  readonly name: string;
  readonly indexedHeight: number | null;
  /** The ledger's own head; null where it does not answer. */
  readonly head: number | null;
  readonly headTimestampMs: number | null;
  readonly lag: { readonly blocks: number; readonly seconds: number } | null;
  /** Behind more than it may be, or silent. */
  readonly stale: boolean;
  /** Why it is stale, for people. */
  readonly problem: string | null;
}
export interface Sources {
  /** The last known report of each ledger of the scope; never waits longer than its own short bound. */
  reports(scope: Scope): Promise<readonly SourceReport[]>;
  /** What the nodes of a ledger say of themselves, a moment old at most; empty where it is not connected. Waits a short while, then `LEDGER_UNAVAILABLE`. */
  endpoints(ledger: LedgerId): Promise<readonly EndpointReport[]>;
}

/** A node's health at one moment. */
export interface NodeHealthState {
  /** The node's id in the graph. */
  readonly node: string;
  /** The ledgers on which it is known: who sees none of them does not see it. */
  readonly ledgers: readonly LedgerId[];
  readonly health: 'HEALTHY' | 'LAGGING' | 'UNREACHABLE' | 'UNKNOWN';
  /** When it became so. */
  readonly sinceMs: number;
}
/** The health of every node that Parley knows, probed without being asked. */
export interface NodeHealthWatch {
  /** As last probed, of nodes on ledgers of the scope. */
  current(scope: Scope): readonly NodeHealthState[];
  /** As they were after so many changes; null where that is not kept any more. */
  at(changes: number, scope: Scope): readonly NodeHealthState[] | null;
  /** Resolves once anything changed after that count of changes, or when aborted; gives the new count. */
  changed(after: number, signal: AbortSignal): Promise<number>;
  /** Grows with every change. */
  readonly changes: number;
}

/** What may be done where members decide. Knows nothing of who asks: that is decided before. */
export interface Governance {
  /** Null where that mechanism decides nothing on that ledger. Errors: `LEDGER_UNAVAILABLE` where the ledger is not connected yet. */
  mechanism(mechanism: Mechanism, ledger: LedgerId): MechanismWrites | null;
  /** Where a network's members decide over one another: the channel of its consortium chaincode, or Amazon's network. Null where nowhere. */
  home(mechanism: 'CONSORTIUM' | 'AMB', network: string): LedgerId | null;
}

/** What resolvers and loaders of one request share. One is made for each request. */
export interface RequestContext {
  readonly requestId: string;
  readonly principal: Principal;
  /** The member that the caller acts for, by its key, where it chose one; null: all whose signers it may use. */
  readonly member: string | null;
  /** Keys of the members for whom an API signs by an account of this process (AMB): no signer stands for them. */
  readonly actingByApi: readonly string[];
  /** What the caller may do. */
  readonly permissions: readonly Permission[];
  /** Writes of this caller: decided, journaled, settled. */
  readonly writes: Writes;
  readonly governance: Governance;
  readonly scope: Scope;
  readonly store: StoreReads & StoreChanges;
  /** The ledgers themselves, for evaluate, balances and reads at a block; only those of the scope. */
  readonly ledgers: ReadonlyMap<LedgerId, AnyLedger>;
  readonly sources: Sources;
  readonly feed: Feed;
  readonly health: NodeHealthWatch;
  /** A stable name of what the caller may do and see, whatever ledgers are online: callers of one name share a stream's work. */
  readonly rights: string;
  /** Who is who: members of the configuration and those found in channels. */
  readonly directory: Directory;
  readonly cursors: CursorSeal;
  readonly pageSize: { readonly default: number; readonly max: number };
  readonly signal: AbortSignal;
  /** The thing of that name for this request, made on first use: DataLoaders and services live here. */
  once<T>(key: symbol, make: () => T): T;
  /** A fresh context of the same caller, for the next items of a stream: what it may see is decided anew, nothing is loaded yet. */
  again(report: (error: Error) => void): RequestContext;
  /** Adds an error to the answer beside the data: a source that is down costs only itself. */
  report(error: Error): void;
}
