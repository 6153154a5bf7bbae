import type { TransactionParty } from '../../model/block.js';
import { confirmationOf, type Outcome } from '../../model/finality.js';
import type { LedgerId } from '../../model/ids.js';
import type { Scope } from '../../model/scope.js';
import type { KeyType, KeyValue } from '../dialect/traits.js';
import { visible, type Session } from '../session.js';
import { sql, type Fragment } from '../sql.js';
import type { HashKey, NumberKey, TransactionKey, TransactionRow } from '../store.js';
import type { TransactionTable } from '../tables.js';
import { DetailedRow, keyText, originalOrNull, originalText } from '../text.js';
import { ledgersOf, safeInteger } from './blocks.js';

/** A row as it is read; its detail may be left out. */
export type ReadTransaction = Omit<TransactionTable, 'seq' | 'detail'> & {
  readonly detail?: string;
  readonly ledger_id: string;
  readonly finalized: number;
};
export type FoundTransaction = TransactionTable & ReadTransaction & { readonly ord: number };

/** All that a list shows without opening a transaction: its detail is most of a row, and lies on pages of its own. */
export const withoutDetail = sql`t.ledger, t.number, t.canonical, t.block_hash, t.tx_index, t.sort_ms, t.timestamp_ms, t.hash,
  t.outcome, t.chaincode, t.function, t.parties`;

class Transaction extends DetailedRow<TransactionRow['detail']> implements TransactionRow {
  readonly ledger: LedgerId;
  readonly block: TransactionRow['block'];
  readonly index: number;
  readonly hash: string;
  readonly timestampMs: number | null;
  readonly confirmation: TransactionRow['confirmation'];
  readonly outcome: Outcome;
  readonly chaincode: string | null;
  readonly function: string | null;
  readonly parties: readonly TransactionParty[];

  constructor(row: ReadTransaction) {
    super(row.detail);
    this.ledger = row.ledger_id as LedgerId;
    this.block = { number: row.number, hash: row.block_hash };
    this.index = row.tx_index;
    this.hash = originalText(row.hash);
    this.timestampMs = row.timestamp_ms;
    this.confirmation = confirmationOf(row.canonical === 1, row.number, row.finalized);
    this.outcome = row.outcome as Outcome;
    this.chaincode = originalOrNull(row.chaincode);
    this.function = originalOrNull(row.function);
    this.parties = JSON.parse(row.parties) as TransactionParty[];
  }
}

export const toTransactionRow = (row: ReadTransaction): TransactionRow => new Transaction(row);

/** Transactions for keys `(k0, …)`; `match` joins a transaction to its key. Several may stand on one key. */
export async function readTransactions(
  session: Session,
  keys: readonly (readonly KeyValue[])[],
  types: readonly KeyType[],
  match: Fragment,
): Promise<readonly FoundTransaction[]> {
  if (keys.length === 0) return [];
  const { rows } = await sql<FoundTransaction>`
    select k.ord, t.*, l.id as ledger_id, l.finalized
    from ${session.traits.keys(keys, types)} as k cross join "transaction" as t cross join ledger as l
    where ${match} and l.no = t.ledger`.execute(session.db);
  return rows;
}

const byOrd = (rows: readonly FoundTransaction[]): ReadonlyMap<number, TransactionRow> =>
  new Map(rows.map((row) => [row.ord, toTransactionRow(row)]));

/** Transactions of places found by a list, by the places' order. */
export async function transactionRows(
  session: Session,
  keys: readonly (readonly [no: number, seq: number, index: number])[],
): Promise<ReadonlyMap<number, TransactionRow>> {
  const match = sql`t.ledger = k.k0 and t.seq = k.k1 and t.tx_index = k.k2`;
  return byOrd(await readTransactions(session, keys, ['bigint', 'bigint', 'bigint'], match));
}

export async function transactionsByKey(
  session: Session,
  scope: Scope,
  keys: readonly TransactionKey[],
): Promise<readonly (TransactionRow | null)[]> {
  if (keys.length === 0) return [];
  const numbers = await visible(session, scope, ledgersOf(keys));
  const wanted = keys.map(({ ledger, hash, index }) => [
    ...[numbers.get(ledger) ?? -1, keyText(hash)],
    safeInteger(index),
  ]);
  const { rows } = await sql<FoundTransaction>`
    select k.ord, t.*, l.id as ledger_id, l.finalized
    from ${session.traits.keys(wanted, ['bigint', 'text', 'bigint'])} as k
      cross join block as b cross join "transaction" as t cross join ledger as l
    where b.ledger = k.k0 and b.hash = k.k1 and t.ledger = b.ledger and t.seq = b.seq and t.tx_index = k.k2
      and l.no = t.ledger`.execute(session.db);
  const found = byOrd(rows);
  return keys.map((_, at) => found.get(at) ?? null);
}

export async function transactionsByPlace(
  session: Session,
  scope: Scope,
  keys: readonly (NumberKey & { readonly index: number })[],
): Promise<readonly (TransactionRow | null)[]> {
  const numbers = await visible(session, scope, ledgersOf(keys));
  const wanted = keys.map(({ ledger, number, index }) => [
    numbers.get(ledger) ?? -1,
    safeInteger(number),
    safeInteger(index),
  ]);
  const match = sql`t.ledger = k.k0 and t.canonical = 1 and t.number = k.k1 and t.tx_index = k.k2`;
  const found = byOrd(await readTransactions(session, wanted, ['bigint', 'bigint', 'bigint'], match));
  return keys.map((_, at) => found.get(at) ?? null);
}

/** Preference among rows of one hash: canonical, then valid, then first; of those taken back, the last. */
const preference = sql`t.canonical desc, case when t.canonical = 1 then t.outcome else '' end desc,
  case when t.canonical = 1 then t.seq else -t.seq end, t.tx_index`;

/** Replays of one Fabric transaction id are many at will: one row a key is chosen in the database. */
export async function transactionsByHash(
  session: Session,
  scope: Scope,
  keys: readonly HashKey[],
): Promise<readonly (TransactionRow | null)[]> {
  if (keys.length === 0) return [];
  const numbers = await visible(session, scope, ledgersOf(keys));
  const wanted = keys.map(({ ledger, hash }) => [numbers.get(ledger) ?? -1, keyText(hash)]);
  const { rows } = await sql<FoundTransaction>`
    with chosen as (
      select k.ord, t.ledger, t.seq, t.tx_index, row_number() over (partition by k.ord order by ${preference}) as rank
      from ${session.traits.keys(wanted, ['bigint', 'text'])} as k cross join "transaction" as t
      where t.ledger = k.k0 and t.hash = k.k1)
    select chosen.ord, t.*, l.id as ledger_id, l.finalized
    from chosen cross join "transaction" as t cross join ledger as l
    where chosen.rank = 1 and t.ledger = chosen.ledger and t.seq = chosen.seq and t.tx_index = chosen.tx_index and l.no = t.ledger`.execute(
    session.db,
  );
  const found = byOrd(rows);
  return keys.map((_, at) => found.get(at) ?? null);
}
