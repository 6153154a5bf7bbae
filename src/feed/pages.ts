import type { LedgerId } from '../model/ids.js';
import type { Scope } from '../model/scope.js';
import type { NumberRange, Page, PageRequest } from '../store/store.js';
import type { Wanted } from './feed.js';
import { blockOf, indexOf, sortKeyOf, type AnyRow, type Reads } from './items.js';

export interface Stretch {
  readonly ledger: LedgerId;
  readonly from: number;
  /** Inclusive. */
  readonly to: number;
  /** Goes on after this row; null from the beginning. */
  readonly after: AnyRow | null;
  readonly limit: number;
}

/** Canonical rows of a stretch of one ledger that are wanted, in order: the criteria are the store's to apply. */
export function readStretch(reads: Reads, scope: Scope, wanted: Wanted, stretch: Stretch): Promise<Page<AnyRow>> {
  const { ledger, from, to, limit, after } = stretch;
  const range = within(wanted.criteria.range ?? null, from, to);
  if (range === null) return Promise.resolve({ rows: [], hasMore: false });
  const own = { ledgers: [ledger], range, confirmation: null };
  const page: PageRequest = {
    ...{ limit, towards: 'forward', before: null, order: { field: 'POSITION', direction: 'ASC' } },
    after: after === null ? null : sortKeyOf(wanted.items, after),
    snapshot: { [ledger]: to },
  };
  switch (wanted.items) {
    case 'blocks':
      return reads.blocks(scope, { ...wanted.criteria, ...own }, page);
    case 'transactions':
      return reads.transactions(scope, { ...wanted.criteria, ...own }, page);
    case 'events':
      return reads.events(scope, { ...wanted.criteria, ...own }, page);
    case 'memberships': {
      return reads.membershipChanges(scope, ledger, { range }, versionPlace(after), limit);
    }
    case 'proposals':
      return reads.proposalVersions(scope, ledger, { ...wanted.criteria, range }, versionPlace(after), limit);
    case 'votes':
      return reads.voteVersions(scope, ledger, { ...wanted.criteria, range }, versionPlace(after), limit);
  }
}

const versionPlace = (after: AnyRow | null): { readonly block: number; readonly ordinal: number } | null =>
  after === null ? null : { block: blockOf(after).number, ordinal: indexOf('memberships', after) };

function within(range: NumberRange | null, from: number, to: number): { from: number; to: number } | null {
  const first = Math.max(from, range?.from ?? 0);
  const last = Math.min(to, range?.to ?? Infinity);
  return first > last ? null : { from: first, to: last };
}
