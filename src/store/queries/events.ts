import { confirmationOf } from '../../model/finality.js';
import { ledgerKind, type LedgerId } from '../../model/ids.js';
import type { Scope } from '../../model/scope.js';
import type { Branch } from '../pages/branch.js';
import { findPages, MAX_DRIVERS, rowsOfPages } from '../pages/findPlaces.js';
import { listed, type Place } from '../pages/place.js';
import { readPage } from '../pages/readPage.js';
import { windowsOf, type Window } from '../pages/windows.js';
import { visible, type Session } from '../session.js';
import { sql, type Fragment } from '../sql.js';
import type {
  BlockKey,
  EachRequest,
  EventCriteria,
  EventEmitterRef,
  EventRow,
  Page,
  PageRequest,
  TransactionKey,
} from '../store.js';
import type { EventTable } from '../tables.js';
import { DetailedRow, keyText, originalOrNull, originalText } from '../text.js';
import { ledgersOf, safeInteger } from './blocks.js';
import { columnDrivers, isIn, partsOf } from './filters.js';

type Found = EventTable & {
  readonly ord: number;
  readonly ledger_id: string;
  readonly finalized: number;
  readonly tx_hash: string;
};

class Event extends DetailedRow<EventRow['detail']> implements EventRow {
  readonly ledger: LedgerId;
  readonly block: EventRow['block'];
  readonly transactionIndex: number;
  readonly transactionHash: string;
  readonly index: number;
  readonly timestampMs: number | null;
  readonly confirmation: EventRow['confirmation'];
  readonly name: string | null;
  readonly chaincode: string | null;
  readonly address: string | null;
  readonly topics: readonly string[];

  constructor(row: Omit<Found, 'ord'>) {
    super(row.detail);
    this.ledger = row.ledger_id as LedgerId;
    this.block = { number: row.number, hash: row.block_hash };
    this.transactionIndex = row.tx_index;
    this.transactionHash = originalText(row.tx_hash);
    this.index = row.event_index;
    this.timestampMs = row.timestamp_ms;
    this.confirmation = confirmationOf(row.canonical === 1, row.number, row.finalized);
    this.name = originalOrNull(row.name);
    this.chaincode = originalOrNull(row.chaincode);
    this.address = row.address;
    this.topics = [row.topic0, row.topic1, row.topic2, row.topic3].filter((topic) => topic !== null);
  }
}

const toEventRow = (row: Omit<Found, 'ord'>): EventRow => new Event(row);

const selected = sql`t.*, x.hash as tx_hash, l.id as ledger_id, l.finalized`;
const joined = sql`l.no = t.ledger and x.ledger = t.ledger and x.seq = t.seq and x.tx_index = t.tx_index`;

export async function eventsByKey(
  session: Session,
  scope: Scope,
  keys: readonly (BlockKey & { readonly transactionIndex?: number; readonly index: number })[],
): Promise<readonly (EventRow | null)[]> {
  if (keys.length === 0) return [];
  const numbers = await visible(session, scope, ledgersOf(keys));
  const wanted = keys.map((key) => [numbers.get(key.ledger) ?? -1, keyText(key.hash), ...indexes(key)]);
  const { rows } = await sql<Found>`
    select k.ord, ${selected}
    from ${session.traits.keys(wanted, ['bigint', 'text', 'bigint', 'bigint'])} as k cross join block as b
      cross join event as t cross join "transaction" as x cross join ledger as l
    where b.ledger = k.k0 and b.hash = k.k1 and t.ledger = b.ledger and t.seq = b.seq
      and (k.k2 = -1 or t.tx_index = k.k2) and t.event_index = k.k3 and ${joined}`.execute(session.db);
  const found = new Map(rows.map((row) => [row.ord, toEventRow(row)]));
  return keys.map((_, at) => found.get(at) ?? null);
}

/** Transaction index (-1: any) and event index. A log's index is unique in its block; a channel's transaction has one event. */
function indexes(key: BlockKey & { readonly transactionIndex?: number; readonly index: number }): [number, number] {
  if (key.transactionIndex !== undefined) return [safeInteger(key.transactionIndex), safeInteger(key.index)];
  return ledgerKind(key.ledger) === 'fabric' ? [safeInteger(key.index), 0] : [-1, safeInteger(key.index)];
}

export async function events(
  session: Session,
  scope: Scope,
  criteria: EventCriteria,
  page: PageRequest,
): Promise<Page<EventRow>> {
  const windows = await windowsOf(session, scope, criteria, page.snapshot);
  const branches = windows.flatMap((window) => branchesOf(window, criteria));
  const { rows, hasMore } = await readPage<Omit<Found, 'ord'>>(session, listed.events, branches, page, {
    columns: sql`t.*, x.hash as tx_hash`,
    from: sql`cross join "transaction" as x`,
    where: sql`and x.ledger = t.ledger and x.seq = t.seq and x.tx_index = t.tx_index`,
  });
  return { rows: rows.map(toEventRow), hasMore };
}

/** Events of places found by a list, by the places' order. */
async function eventRows(session: Session, places: readonly Place[]): Promise<ReadonlyMap<number, EventRow>> {
  if (places.length === 0) return new Map();
  const keys = places.map(({ no, seq, tx_index, event_index }) => [no, seq, tx_index, event_index]);
  const { rows } = await sql<Found>`
    select k.ord, ${selected}
    from ${session.traits.keys(keys, ['bigint', 'bigint', 'bigint', 'bigint'])} as k
      cross join event as t cross join "transaction" as x cross join ledger as l
    where t.ledger = k.k0 and t.seq = k.k1 and t.tx_index = k.k2 and t.event_index = k.k3 and ${joined}`.execute(
    session.db,
  );
  return new Map(rows.map((row) => [row.ord, toEventRow(row)]));
}

/** A page for each emitter, all found in one statement and read in another. */
export async function eventsOfEmitters(
  session: Session,
  scope: Scope,
  emitters: readonly EventEmitterRef[],
  page: PageRequest,
): Promise<readonly Page<EventRow>[]> {
  const windows = await windowsOf(session, scope, { ledgers: ledgersOf(emitters) }, page.snapshot);
  const branches = emitters.map(({ ledger, emitter }) => {
    const [column, value] = 'chaincode' in emitter ? ['chaincode', emitter.chaincode] : ['address', emitter.address];
    const driver = { kind: 'column', column, value: keyText(value) } as const;
    return windows
      .filter((window) => window.ledger === ledger)
      .map((window) => ({ ...window, driver, residual: happened(window) }));
  });
  const pages = await findPages(session, listed.events, branches, page);
  return rowsOfPages(pages, (places) => eventRows(session, places));
}

/** Driven by the most selective filter given: indexed arguments, then the emitting address, names, and what kind of event it is. */
function branchesOf(window: Window, criteria: EventCriteria): Branch[] {
  const topic = (at: number): readonly string[] | null => {
    const values = criteria.topics?.[at];
    return values == null || values.length === 0 ? null : partsOf(values);
  };
  const filters = {
    ...{ topic1: topic(1), topic2: topic(2), topic3: topic(3), address: partsOf(criteria.addresses) },
    ...{ name: partsOf(criteria.names), topic0: topic(0), chaincode: partsOf(criteria.chaincodes) },
  };
  // A fifth topic exists nowhere.
  if (criteria.topics?.slice(4).some((values) => values != null && values.length > 0)) return [];
  const drivers = columnDrivers(filters);
  const chosen = drivers.findIndex((way) => way !== null && way.length <= MAX_DRIVERS);
  const residual = [
    ...happened(window),
    ...Object.entries(filters).flatMap(([column, values], at) => (at === chosen ? [] : isIn(column, values))),
  ];
  return (drivers[chosen] ?? [{ kind: 'all' }]).map((driver) => ({ ...window, driver, residual }));
}

/**
 * A channel keeps what an invalid transaction would have told; it is listed nowhere, and found by its key alone. On a chain a failed
 * transaction has no logs. One look-up a row, which no database turns into another order of reading.
 */
function happened({ ledger }: Window): Fragment[] {
  if (ledgerKind(ledger) !== 'fabric') return [];
  return [
    sql`(select x.outcome from "transaction" as x
      where x.ledger = t.ledger and x.seq = t.seq and x.tx_index = t.tx_index) <> 'FAILED'`,
  ];
}

/** The events of transactions that did not fail. */
export async function eventsOfTransactions(
  session: Session,
  scope: Scope,
  keys: readonly TransactionKey[],
  each: EachRequest,
): Promise<readonly Page<EventRow>[]> {
  if (keys.length === 0) return [];
  const numbers = await visible(session, scope, ledgersOf(keys));
  const wanted = keys.map((key) => [numbers.get(key.ledger) ?? -1, keyText(key.hash), safeInteger(key.index)]);
  const { rows } = await sql<Found>`
    with ranked as (
      select k.ord, t.ledger, t.seq, t.tx_index, t.event_index,
        row_number() over (partition by k.ord order by t.event_index) as rank
      from ${session.traits.keys(wanted, ['bigint', 'text', 'bigint'])} as k cross join block as b cross join event as t
      where b.ledger = k.k0 and b.hash = k.k1 and t.ledger = b.ledger and t.seq = b.seq and t.tx_index = k.k2
        and t.event_index > ${safeInteger(each.afterIndex)}
        and (select x.outcome from "transaction" as x
          where x.ledger = t.ledger and x.seq = t.seq and x.tx_index = t.tx_index) <> 'FAILED')
    select ranked.ord, ${selected}
    from ranked cross join event as t cross join "transaction" as x cross join ledger as l
    where ranked.rank <= ${each.limit + 1} and t.ledger = ranked.ledger and t.seq = ranked.seq and t.tx_index = ranked.tx_index
      and t.event_index = ranked.event_index and ${joined}
    order by ranked.ord, t.event_index`.execute(session.db);
  return keys.map((_, at) => {
    const own = rows.filter(({ ord }) => ord === at);
    return { rows: own.slice(0, each.limit).map(toEventRow), hasMore: own.length > each.limit };
  });
}

export async function eventsOfBlock(
  session: Session,
  scope: Scope,
  block: BlockKey,
  after: { readonly transaction: number; readonly index: number } | null,
  limit: number,
): Promise<Page<EventRow>> {
  const no = (await visible(session, scope, [block.ledger])).get(block.ledger);
  if (no === undefined) return { rows: [], hasMore: false };
  const { transaction, index } = after ?? { transaction: -1, index: -1 };
  const { rows } = await sql<Found>`
    select 0 as ord, ${selected}
    from block as b cross join event as t cross join "transaction" as x cross join ledger as l
    where b.ledger = ${no} and b.hash = ${keyText(block.hash)} and t.ledger = b.ledger and t.seq = b.seq
      and t.tx_index >= ${transaction} and (t.tx_index > ${transaction} or t.event_index > ${index})
      and ${joined} and x.outcome <> 'FAILED'
    order by t.tx_index, t.event_index limit ${sql.lit(limit + 1)}`.execute(session.db);
  return { rows: rows.slice(0, limit).map(toEventRow), hasMore: rows.length > limit };
}
