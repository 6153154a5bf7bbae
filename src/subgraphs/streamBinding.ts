import type { Outcome } from '../model/finality.js';
import { digest } from './page.js';

/** What a client restricts a stream by, or a page that a stream goes on from. */
export interface StreamFilter {
  readonly ledgers?: readonly string[] | null;
  readonly members?: readonly string[] | null;
  readonly addresses?: readonly string[] | null;
  readonly chaincodes?: readonly string[] | null;
  readonly functions?: readonly string[] | null;
  readonly names?: readonly string[] | null;
  readonly outcome?: Outcome | null;
  readonly topics?: readonly { readonly anyOf?: readonly string[] | null }[] | null;
  readonly range?: { readonly from?: string | number | null; readonly to?: string | number | null } | null;
  readonly time?: { readonly from?: number | null; readonly to?: number | null } | null;
  readonly mechanism?: readonly string[] | null;
  readonly status?: readonly string[] | null;
  readonly proposer?: string | null;
  readonly awaiting?: string | null;
  readonly proposal?: string | null;
}

/** A field of Subscription with its filter, as a client writes it. */
export interface StreamBinding {
  readonly field:
    | 'blockAdded'
    | 'transactionAdded'
    | 'eventEmitted'
    | 'membershipChanged'
    | 'nodeHealthChanged'
    | 'proposalChanged'
    | 'voteCast';
  readonly filter: StreamFilter;
}

/** What a stream's cursors are sealed for: its field and filter. What the caller may see is looked at when one is opened. */
export const streamPurpose = ({ field, filter }: StreamBinding): string =>
  `stream.${field}:${digest(canonicalFilter(filter))}`;

/** One value for filters that say the same, in whatever order and words. */
export function canonicalFilter(filter: StreamFilter): StreamFilter {
  const { ledgers, members, addresses, chaincodes, functions, names, outcome } = filter;
  return {
    ledgers: asSet(ledgers),
    members: asSet(members),
    addresses: asSet(addresses),
    chaincodes: asSet(chaincodes),
    functions: asSet(functions),
    names: asSet(names),
    outcome: outcome ?? null,
    topics: topicsOf(filter.topics),
    range: rangeOf(filter.range),
    time: filter.time?.from == null && filter.time?.to == null ? null : filter.time,
    mechanism: asSet(filter.mechanism),
    status: asSet(filter.status),
    proposer: filter.proposer ?? null,
    awaiting: filter.awaiting ?? null,
    proposal: filter.proposal ?? null,
  };
}

/** None is no restriction; an empty list lets nothing through. */
const asSet = (list: readonly string[] | null | undefined): readonly string[] | null =>
  list == null ? null : [...new Set(list)].sort();

/** Places that any topic matches say nothing at the end. */
function topicsOf(topics: StreamFilter['topics']): StreamFilter['topics'] {
  const places = (topics ?? []).map(({ anyOf }) => ({ anyOf: anyOf?.length === 0 ? null : asSet(anyOf) }));
  const last = places.findLastIndex(({ anyOf }) => anyOf !== null);
  return last === -1 ? null : places.slice(0, last + 1);
}

function rangeOf(range: StreamFilter['range']): StreamFilter['range'] {
  if (range?.from == null && range?.to == null) return null;
  const text = (value: string | number | null | undefined): string | null => (value == null ? null : String(value));
  return { from: text(range.from), to: text(range.to) };
}
