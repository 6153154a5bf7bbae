import type { DecodedBlock, DecodedEvent, DecodedTransaction } from '../../src/model/block.js';
import { confirmationOf, type Confirmation } from '../../src/model/finality.js';
import type { LedgerId } from '../../src/model/ids.js';
import type { BlockCriteria, EventCriteria, PageRequest, SortKey, TransactionCriteria } from '../../src/store/store.js';

/** What a store was told, kept as plain lists: the naive answer to every list that the store gives from its indexes. */
export interface Told {
  readonly block: DecodedBlock;
  readonly canonical: boolean;
  readonly finalized: number;
}
export interface Listed<Item> {
  readonly key: SortKey;
  readonly confirmation: Confirmation;
  readonly item: Item;
  readonly block: DecodedBlock;
}
export interface EventItem {
  readonly transaction: DecodedTransaction;
  readonly event: DecodedEvent;
}

const keyOf = (block: DecodedBlock, timestampMs: number | null, transaction = -1, event = -1): SortKey => ({
  ...{
    timestampMs: timestampMs ?? 0,
    ledger: block.ledger,
    block: block.number,
    blockHash: block.hash,
    transaction,
    event,
  },
});
const listed = <Item>(told: Told, key: SortKey, item: Item): Listed<Item> => ({
  ...{ key, item, block: told.block, confirmation: confirmationOf(told.canonical, told.block.number, told.finalized) },
});

export const blocksOf = (all: readonly Told[]): Listed<DecodedBlock>[] =>
  all.map((told) => listed(told, keyOf(told.block, told.block.timestampMs), told.block));
export const transactionsOf = (all: readonly Told[]): Listed<DecodedTransaction>[] =>
  all.flatMap((told) =>
    told.block.transactions.map((one) => listed(told, keyOf(told.block, one.timestampMs, one.index), one)),
  );
/** What happened: a failed transaction's events did not. */
export const happenedIn = ({ outcome, events }: DecodedTransaction): readonly DecodedEvent[] =>
  outcome === 'FAILED' ? [] : events;
export const eventsOf = (all: readonly Told[]): Listed<EventItem>[] =>
  all.flatMap((told) =>
    told.block.transactions.flatMap((transaction) =>
      happenedIn(transaction).map((event) =>
        listed(told, keyOf(told.block, transaction.timestampMs, transaction.index, event.index), {
          transaction,
          event,
        }),
      ),
    ),
  );

const includes = <T>(list: readonly T[] | null | undefined, value: T | null): boolean =>
  list == null || (value !== null && list.includes(value));

export function fits<Item>(criteria: BlockCriteria, { key, confirmation }: Listed<Item>): boolean {
  const { range, time } = criteria;
  return (
    includes<LedgerId>(criteria.ledgers, key.ledger) &&
    (criteria.confirmation ?? ['CONFIRMED', 'FINAL']).includes(confirmation) &&
    key.block >= (range?.from ?? 0) &&
    key.block <= (range?.to ?? Infinity) &&
    key.timestampMs >= (time?.fromMs ?? -Infinity) &&
    key.timestampMs < (time?.toMs ?? Infinity)
  );
}

export function transactionFits(criteria: TransactionCriteria, listed: Listed<DecodedTransaction>): boolean {
  const { item, block } = listed;
  const takesPart = (ids: readonly string[]): boolean => item.parties.some(({ nativeId }) => ids.includes(nativeId));
  return (
    fits(criteria, listed) &&
    (criteria.parties == null ||
      takesPart(criteria.parties.filter((one) => one.ledger === block.ledger).map((one) => one.nativeId))) &&
    (criteria.addresses == null || takesPart(criteria.addresses)) &&
    includes(criteria.chaincodes, item.chaincode) &&
    includes(criteria.functions, item.function) &&
    (criteria.outcome == null || criteria.outcome === item.outcome)
  );
}

export function eventFits(criteria: EventCriteria, listed: Listed<EventItem>): boolean {
  const { event } = listed.item;
  return (
    fits(criteria, listed) &&
    includes(criteria.names, event.name) &&
    includes(criteria.chaincodes, event.chaincode) &&
    includes(criteria.addresses, event.address) &&
    (criteria.topics ?? []).every(
      (any, at) => any == null || any.length === 0 || includes(any, event.topics[at] ?? null),
    )
  );
}

/** The page of a list, by sorting all of it. */
export function pageOf<Item>(
  all: readonly Listed<Item>[],
  page: PageRequest,
): { rows: Listed<Item>[]; hasMore: boolean } {
  const sign = page.order.direction === 'ASC' ? 1 : -1;
  const compare = (a: SortKey, b: SortKey): number => sign * compareKeys(a, b, page.order.field);
  const inSnapshot = ({ key, confirmation }: Listed<Item>): boolean => {
    const height = page.snapshot[key.ledger];
    return height !== undefined && (confirmation === 'RETRACTED' || key.block <= height);
  };
  const seen = all
    .filter(inSnapshot)
    .sort((a, b) => compare(a.key, b.key))
    .filter(({ key }) => page.after === null || compare(key, page.after) > 0)
    .filter(({ key }) => page.before === null || compare(key, page.before) < 0);
  const rows =
    page.towards === 'forward' ? seen.slice(0, page.limit) : seen.slice(Math.max(0, seen.length - page.limit));
  return { rows, hasMore: seen.length > page.limit };
}

function compareKeys(a: SortKey, b: SortKey, field: 'TIMESTAMP' | 'POSITION'): number {
  const text = (x: string, y: string): number => (x < y ? -1 : x > y ? 1 : 0);
  return (
    (field === 'TIMESTAMP' ? a.timestampMs - b.timestampMs : 0) ||
    text(a.ledger, b.ledger) ||
    a.block - b.block ||
    text(a.blockHash, b.blockHash) ||
    a.transaction - b.transaction ||
    a.event - b.event
  );
}
