import { ledgerKind } from '../../model/ids.js';
import type { Scope } from '../../model/scope.js';
import type { Branch, Driver } from '../pages/branch.js';
import { findPages, MAX_DRIVERS, rowsOfPages } from '../pages/findPlaces.js';
import { listed, type Place } from '../pages/place.js';
import { readPage } from '../pages/readPage.js';
import { windowsOf, type Window } from '../pages/windows.js';
import { visible, type Session } from '../session.js';
import { sql, type Fragment } from '../sql.js';
import type {
  BlockKey,
  EachRequest,
  Page,
  PageRequest,
  PartyRef,
  TransactionCriteria,
  TransactionRow,
} from '../store.js';
import { keyText } from '../text.js';
import { ledgersOf, safeInteger } from './blocks.js';
import {
  toTransactionRow,
  transactionRows,
  withoutDetail,
  type FoundTransaction,
  type ReadTransaction,
} from './transactions.js';
import { columnDrivers, isIn, partsOf } from './filters.js';

const key = ({ no, seq, tx_index }: Place): readonly [number, number, number] => [no, seq, tx_index];

export async function transactions(
  session: Session,
  scope: Scope,
  criteria: TransactionCriteria,
  page: PageRequest,
): Promise<Page<TransactionRow>> {
  const windows = await windowsOf(session, scope, criteria, page.snapshot);
  const branches = windows.flatMap((window) => branchesOf(window, criteria));
  const columns = page.detail === false ? withoutDetail : sql`t.*`;
  const { rows, hasMore } = await readPage<ReadTransaction>(session, listed.transactions, branches, page, { columns });
  return { rows: rows.map(toTransactionRow), hasMore };
}

/** The branches of one window: driven by the most selective filter given, the others checked row by row. */
function branchesOf(window: Window, criteria: TransactionCriteria): Branch[] {
  const parties = partiesOn(window, criteria);
  const filters = { function: partsOf(criteria.functions), chaincode: partsOf(criteria.chaincodes) };
  const [byFunction = null, byChaincode = null] = columnDrivers(filters);
  const byParty = parties?.map((nativeId): Driver => ({ kind: 'party', nativeId })) ?? null;
  // An address is one of very many on a chain; on a channel an organisation takes part in most of what happens.
  const onChain = ledgerKind(window.ledger) === 'ethereum';
  const ways = onChain ? [byParty, byFunction, byChaincode] : [byFunction, byChaincode, byParty];
  const drivers = ways.find((way) => way !== null && way.length <= MAX_DRIVERS) ?? [general(criteria)];
  const residual = [
    ...outcomeCondition(criteria),
    ...(drivers === byFunction ? [] : isIn('function', filters.function)),
    ...(drivers === byChaincode ? [] : isIn('chaincode', filters.chaincode)),
    ...(drivers === byParty ? [] : takesPart(parties)),
  ];
  return drivers.map((driver) => ({ ...window, driver, residual }));
}

const outcomeCondition = ({ outcome }: TransactionCriteria): Fragment[] =>
  outcome == null ? [] : [sql`t.outcome = ${outcome}`];

const general = (criteria: TransactionCriteria): Driver =>
  criteria.outcome === 'FAILED' ? { kind: 'failed' } : { kind: 'all' };

/** Native ids of the parties and addresses asked for on this ledger; null where none restrict. Both given: both must hold of one id. */
function partiesOn({ ledger }: Window, criteria: TransactionCriteria): readonly string[] | null {
  const parties = criteria.parties?.filter((one) => one.ledger === ledger).map(({ nativeId }) => keyText(nativeId));
  const addresses = partsOf(criteria.addresses);
  if (parties === undefined) return addresses;
  if (addresses === null) return [...new Set(parties)];
  return addresses.filter((address) => parties.includes(address));
}

function takesPart(parties: readonly string[] | null): Fragment[] {
  if (parties === null) return [];
  if (parties.length === 0) return [sql`1 = 0`];
  return [
    sql`exists (select 1 from transaction_party as p where p.ledger = t.ledger and p.seq = t.seq
      and p.tx_index = t.tx_index and p.native_id in (${sql.join(parties)}))`,
  ];
}

/** The first transactions of each block. They are numbered without a gap, so a range of indexes is a page. */
export async function transactionsOfBlocks(
  session: Session,
  scope: Scope,
  blocks: readonly BlockKey[],
  each: EachRequest,
): Promise<readonly Page<TransactionRow>[]> {
  if (blocks.length === 0) return [];
  const numbers = await visible(session, scope, ledgersOf(blocks));
  const keys = blocks.map(({ ledger, hash }) => [numbers.get(ledger) ?? -1, keyText(hash)]);
  const after = safeInteger(each.afterIndex);
  const { rows } = await sql<FoundTransaction>`
    select k.ord, t.*, l.id as ledger_id, l.finalized
    from ${session.traits.keys(keys, ['bigint', 'text'])} as k
      cross join block as b cross join "transaction" as t cross join ledger as l
    where b.ledger = k.k0 and b.hash = k.k1 and t.ledger = b.ledger and t.seq = b.seq
      and t.tx_index > ${after} and t.tx_index <= ${after + each.limit + 1} and l.no = t.ledger
    order by k.ord, t.tx_index`.execute(session.db);
  return blocks.map((_, at) => {
    const own = rows.filter(({ ord }) => ord === at);
    return { rows: own.slice(0, each.limit).map(toTransactionRow), hasMore: own.length > each.limit };
  });
}

/** A page for each account, all found in one statement and read in another. */
export async function transactionsOfAddresses(
  session: Session,
  scope: Scope,
  accounts: readonly PartyRef[],
  page: PageRequest,
  criteria: TransactionCriteria = {},
): Promise<readonly Page<TransactionRow>[]> {
  const windows = await windowsOf(session, scope, criteria, page.snapshot);
  const branches = accounts.map(({ ledger, nativeId }) => {
    const driver = { kind: 'party', nativeId: keyText(nativeId) } as const;
    return windows
      .filter((window) => window.ledger === ledger)
      .map((window): Branch => ({ ...window, driver, residual: everyCondition(window, criteria) }));
  });
  const pages = await findPages(session, listed.transactions, branches, page);
  return rowsOfPages(pages, (places) => transactionRows(session, places.map(key)));
}

const everyCondition = (window: Window, criteria: TransactionCriteria): Fragment[] => [
  ...outcomeCondition(criteria),
  ...isIn('function', partsOf(criteria.functions)),
  ...isIn('chaincode', partsOf(criteria.chaincodes)),
  ...takesPart(partiesOn(window, criteria)),
];
