import type { BlockRef } from '../model/block.js';
import type { LedgerId } from '../model/ids.js';
import type { Scope } from '../model/scope.js';
import type { GovernanceChangeReads } from './governance.js';
import type { MembershipEvent } from './memberships.js';
import type { BlockKey, EventRow, MembershipRow, NumberRange, Page } from './store.js';

// A part of the port: what the feed reads.

/** Where the store stands on one ledger. */
export interface LedgerStanding {
  readonly ledger: LedgerId;
  /** Another one after a rebuild or a new reading: positions of the outbox began anew. */
  readonly generation: number;
  /** The last position of the outbox; 0 before the first entry. */
  readonly position: number;
  readonly tip: BlockRef | null;
  /** The last number that is final; -1 while none is. May be above the tip. */
  readonly finalized: number;
  /** A rebuild is under way: what stands here is not whole. */
  readonly rebuilding: boolean;
}

export interface OutboxEntry {
  /** Counts a ledger's entries from 1 without a gap. */
  readonly position: number;
  readonly kind: 'APPENDED' | 'RETRACTED' | 'FINALIZED';
  readonly block: BlockRef;
  /** The block was final when this was written. */
  readonly final: boolean;
}

/** A block of any branch, as far as the store still knows it. */
export interface BranchBlock extends BlockRef {
  readonly canonical: boolean;
}

/** One change of an organisation's standing, with the standing that it led to. */
export interface MembershipChangeRow {
  readonly ledger: LedgerId;
  readonly block: BlockRef;
  /** Among the block's changes. */
  readonly ordinal: number;
  readonly change: MembershipEvent['change'];
  readonly timestampMs: number | null;
  /** As of just after this change. */
  readonly standing: MembershipRow;
}

export interface MembershipChangeCriteria {
  readonly ledgers?: readonly LedgerId[] | null;
  readonly range?: NumberRange | null;
}

/** What the feed reads beside the lists. Each is one query or a constant few, in one snapshot. */
export interface StoreChanges extends GovernanceChangeReads {
  /** Of every ledger of the scope that is declared. */
  standings(scope: Scope): Promise<readonly LedgerStanding[]>;
  /** A ledger's entries after a position in order, at most `limit`, and where it stood when they were read; null where it is not known. */
  outbox(
    scope: Scope,
    ledger: LedgerId,
    after: number,
    limit: number,
  ): Promise<{ readonly standing: LedgerStanding; readonly entries: readonly OutboxEntry[] } | null>;
  /** A block and its ancestors, newest first, ending with the first canonical one, or before one that is not kept; at most `limit`. */
  branch(scope: Scope, ledger: LedgerId, hash: string, limit: number): Promise<readonly BranchBlock[]>;
  /** Canonical blocks of each range in order, at most 1,000 a range; for several ledgers at once. */
  chainOf(
    scope: Scope,
    ranges: readonly { readonly ledger: LedgerId; readonly from: number; readonly to: number }[],
  ): Promise<readonly (readonly BlockRef[])[]>;
  /** Events of one block of any branch in their order, after a place (exclusive; null from the first); none of failed transactions. */
  eventsOfBlock(
    scope: Scope,
    block: BlockKey,
    after: { readonly transaction: number; readonly index: number } | null,
    limit: number,
  ): Promise<Page<EventRow>>;
  /** Canonical changes of one ledger in order, after a place (exclusive; null from the first). */
  membershipChanges(
    scope: Scope,
    ledger: LedgerId,
    criteria: { readonly range?: NumberRange | null },
    after: { readonly block: number; readonly ordinal: number } | null,
    limit: number,
  ): Promise<Page<MembershipChangeRow>>;
  /** The changes that blocks hold, of any branch. */
  membershipChangesOfBlocks(
    scope: Scope,
    blocks: readonly BlockKey[],
  ): Promise<readonly (readonly MembershipChangeRow[])[]>;
}
