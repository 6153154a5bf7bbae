import type { BlockRef } from '../model/block.js';
import { ledgerKind, type LedgerId } from '../model/ids.js';
import type { Scope } from '../model/scope.js';
import type { BlockKey, EventRow, SortKey, StoreChanges, StoreReads, TransactionRow } from '../store/store.js';
import type { RowOf, Wanted } from './feed.js';

export type Items = Wanted['items'];
export type AnyRow = RowOf[Items];
export type Reads = StoreReads & StoreChanges;

/** Rows of one block that are read at once. */
const ROWS_A_READ = 5000;

/** The block that holds a row. */
export const blockOf = (row: AnyRow): BlockRef => ('block' in row ? row.block : { number: row.number, hash: row.hash });

/** An item's index inside its block, by which positions count: the transaction's; of events the log's on a chain, the transaction's on a channel. */
export function indexOf(items: Items, row: AnyRow): number {
  switch (items) {
    case 'blocks':
      return 0;
    case 'transactions':
      return (row as TransactionRow).index;
    case 'events': {
      const { ledger, transactionIndex, index } = row as EventRow;
      return ledgerKind(ledger) === 'fabric' ? transactionIndex : index;
    }
    case 'memberships':
    case 'proposals':
    case 'votes':
      return (row as RowOf['memberships' | 'proposals' | 'votes']).ordinal;
  }
}

/** Where lists go on after a row. */
export function sortKeyOf(items: Items, row: AnyRow): SortKey {
  const { number, hash } = blockOf(row);
  return {
    ...{ timestampMs: row.timestampMs ?? 0, ledger: row.ledger, block: number, blockHash: hash },
    transaction: transactionOf(items, row),
    event: items === 'events' ? (row as EventRow).index : -1,
  };
}

function transactionOf(items: Items, row: AnyRow): number {
  if (items === 'events') return (row as EventRow).transactionIndex;
  return items === 'transactions' ? (row as TransactionRow).index : -1;
}

/** All rows of blocks of any branch, by the blocks' order and in each in the rows' order; null where a block is not kept. */
export async function rowsOfBlocks(
  reads: Reads,
  scope: Scope,
  items: Items,
  keys: readonly BlockKey[],
): Promise<readonly (readonly AnyRow[] | null)[]> {
  const blocks = await reads.blocksByHash(scope, keys);
  if (items === 'blocks') return blocks.map((block) => (block === null ? null : [block]));
  const rows = await rowsInside(reads, scope, items, keys);
  return blocks.map((block, at) => (block === null ? null : (rows[at] ?? [])));
}

async function rowsInside(
  reads: Reads,
  scope: Scope,
  items: Exclude<Items, 'blocks'>,
  keys: readonly BlockKey[],
): Promise<readonly (readonly AnyRow[])[]> {
  switch (items) {
    case 'memberships':
      return reads.membershipChangesOfBlocks(scope, keys);
    case 'proposals':
      return reads.proposalVersionsOfBlocks(scope, keys);
    case 'votes':
      return reads.voteVersionsOfBlocks(scope, keys);
    case 'transactions':
      return transactionsInside(reads, scope, keys);
    case 'events': {
      const all: (readonly EventRow[])[] = [];
      for (const key of keys) all.push(await eventsInside(reads, scope, key));
      return all;
    }
  }
}

async function transactionsInside(
  reads: Reads,
  scope: Scope,
  keys: readonly BlockKey[],
): Promise<readonly (readonly TransactionRow[])[]> {
  const pages = await reads.transactionsOfBlocks(scope, keys, { limit: ROWS_A_READ, afterIndex: -1 });
  const all: TransactionRow[][] = [];
  for (const [at, { rows, hasMore }] of pages.entries()) {
    const own = [...rows];
    const key = keys[at];
    for (let more = hasMore; more && key !== undefined;) {
      const each = { limit: ROWS_A_READ, afterIndex: own.at(-1)?.index ?? -1 };
      const [page] = await reads.transactionsOfBlocks(scope, [key], each);
      own.push(...(page?.rows ?? []));
      more = page?.hasMore === true && page.rows.length > 0;
    }
    all.push(own);
  }
  return all;
}

async function eventsInside(reads: Reads, scope: Scope, key: BlockKey): Promise<readonly EventRow[]> {
  const own: EventRow[] = [];
  for (let more = true; more;) {
    const last = own.at(-1);
    const after = last === undefined ? null : { transaction: last.transactionIndex, index: last.index };
    const page = await reads.eventsOfBlock(scope, key, after, ROWS_A_READ);
    own.push(...page.rows);
    more = page.hasMore && page.rows.length > 0;
  }
  return own;
}

/** The last of a block's rows below an index: where lists go on inside the block. Null where there is none. */
export async function lastRowBelow(
  reads: Reads,
  scope: Scope,
  {
    items,
    ledger,
    hash,
    next,
  }: { readonly items: Items; readonly ledger: LedgerId; readonly hash: string; readonly next: number },
): Promise<AnyRow | null> {
  const [rows] = await rowsOfBlocks(reads, scope, items, [{ ledger, hash }]);
  return rows?.findLast((row) => indexOf(items, row) < next) ?? null;
}
