import type { BlockRef } from '../../model/block.js';
import { confirmationOf } from '../../model/finality.js';
import type { LedgerId } from '../../model/ids.js';
import type { Scope } from '../../model/scope.js';
import type { KeyType, KeyValue } from '../dialect/traits.js';
import { listed } from '../pages/place.js';
import { readPage } from '../pages/readPage.js';
import { windowsOf } from '../pages/windows.js';
import { visible, type Session } from '../session.js';
import { sql, type Fragment } from '../sql.js';
import type { BlockCriteria, BlockKey, BlockRow, NumberKey, Page, PageRequest } from '../store.js';
import type { BlockTable } from '../tables.js';
import { DetailedRow, keyText } from '../text.js';
import { numberOf } from './ledgers.js';

type Found = BlockTable & { readonly ord: number; readonly ledger_id: string; readonly finalized: number };

class Block extends DetailedRow<BlockRow['detail']> implements BlockRow {
  readonly ledger: LedgerId;
  readonly number: number;
  readonly hash: string;
  readonly parentHash: string | null;
  readonly timestampMs: number | null;
  readonly transactionCount: number;
  readonly confirmation: BlockRow['confirmation'];

  constructor(row: Omit<Found, 'ord'>) {
    super(row.detail);
    this.ledger = row.ledger_id as LedgerId;
    this.number = row.number;
    this.hash = row.hash;
    this.parentHash = row.parent_hash;
    this.timestampMs = row.timestamp_ms;
    this.transactionCount = row.transaction_count;
    this.confirmation = confirmationOf(row.canonical === 1, row.number, row.finalized);
  }
}

export const toBlockRow = (row: Omit<Found, 'ord'>): BlockRow => new Block(row);

/** Block rows for keys `(k0, …)`, by the keys' places; `match` joins a block to its key. */
export async function blockRows(
  session: Session,
  keys: readonly (readonly KeyValue[])[],
  types: readonly KeyType[],
  match: Fragment,
): Promise<ReadonlyMap<number, BlockRow>> {
  if (keys.length === 0) return new Map();
  const { rows } = await sql<Found>`
    select k.ord, b.*, l.id as ledger_id, l.finalized
    from ${session.traits.keys(keys, types)} as k cross join block as b cross join ledger as l
    where ${match} and l.no = b.ledger`.execute(session.db);
  return new Map(rows.map((row) => [row.ord, toBlockRow(row)]));
}

export async function blocksByHash(
  session: Session,
  scope: Scope,
  keys: readonly BlockKey[],
): Promise<readonly (BlockRow | null)[]> {
  const numbers = await visible(session, scope, ledgersOf(keys));
  const wanted = keys.map(({ ledger, hash }) => [numbers.get(ledger) ?? -1, keyText(hash)]);
  const rows = await blockRows(session, wanted, ['bigint', 'text'], sql`b.ledger = k.k0 and b.hash = k.k1`);
  return keys.map((_, at) => rows.get(at) ?? null);
}

export async function blocksByNumber(
  session: Session,
  scope: Scope,
  keys: readonly NumberKey[],
): Promise<readonly (BlockRow | null)[]> {
  const numbers = await visible(session, scope, ledgersOf(keys));
  const wanted = keys.map(({ ledger, number }) => [numbers.get(ledger) ?? -1, safeInteger(number)]);
  const match = sql`b.ledger = k.k0 and b.canonical = 1 and b.number = k.k1`;
  const rows = await blockRows(session, wanted, ['bigint', 'bigint'], match);
  return keys.map((_, at) => rows.get(at) ?? null);
}

export async function blocks(
  session: Session,
  scope: Scope,
  criteria: BlockCriteria,
  page: PageRequest,
): Promise<Page<BlockRow>> {
  const windows = await windowsOf(session, scope, criteria, page.snapshot);
  const branches = windows.map((window) => ({ ...window, driver: { kind: 'all' } as const, residual: [] }));
  const { rows, hasMore } = await readPage<Omit<Found, 'ord'>>(session, listed.blocks, branches, page, {
    columns: sql`t.*`,
  });
  return { rows: rows.map(toBlockRow), hasMore };
}

export const ledgersOf = (keys: readonly { readonly ledger: LedgerId }[]): readonly LedgerId[] => [
  ...new Set(keys.map(({ ledger }) => ledger)),
];

/** A number that no block has, where a client asks for one that cannot be. */
export const safeInteger = (value: number): number => (Number.isSafeInteger(value) ? value : -1);

/** Canonical refs of a range of numbers, newest first, at most 100,000. */
export async function refs(session: Session, ledger: LedgerId, from: number, to: number): Promise<readonly BlockRef[]> {
  const no = await numberOf(session, ledger);
  return session.db
    .selectFrom('block')
    .select(['number', 'hash'])
    .where((e) => e.and({ ledger: no, canonical: 1 }))
    .where('number', '>=', from)
    .where('number', '<=', to)
    .orderBy('number', 'desc')
    .limit(100_000)
    .execute();
}
