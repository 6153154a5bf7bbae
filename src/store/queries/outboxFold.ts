import type { Db } from '../session.js';
import type { StoreContradiction } from '../store.js';
import type { LedgerTable, OutboxTable } from '../tables.js';

/** Entries of one read, and blocks kept unsettled: more than any reorganisation takes back or finality lags. */
const ENTRIES_A_READ = 5000;
const UNSETTLED_BLOCKS = 20_000;
const MOST_REPORTED = 1000;

interface Open {
  readonly seq: number;
  readonly number: number;
  readonly hash: string;
  final: boolean;
  readonly position: number;
}
interface Fold {
  readonly state: LedgerTable;
  readonly open: Open[];
  readonly found: StoreContradiction[];
  position: number;
  seq: number;
}

/**
 * Invariant: a ledger's entries, folded in order, give its canonical chain and what of it is final.
 * 1. Positions count from 1 without a gap. 2. APPENDED stands on the block before. 3. RETRACTED takes back the newest.
 * 4. FINALIZED names a block of the chain that was not final. 5. What is left equals the canonical blocks, and is final up to
 * the checkpoint's finalized number.
 */
export async function foldOutbox(trx: Db, state: LedgerTable): Promise<readonly StoreContradiction[]> {
  const fold: Fold = { state, open: [], found: [], position: 0, seq: -1 };
  for (;;) {
    const entries = await trx
      .selectFrom('outbox')
      .selectAll()
      .where('ledger', '=', state.no)
      .where('position', '>', fold.position)
      .orderBy('position')
      .limit(ENTRIES_A_READ)
      .execute();
    for (const entry of entries) take(fold, entry);
    if (fold.open.length > UNSETTLED_BLOCKS)
      await settle(trx, fold, fold.open.splice(0, fold.open.length - UNSETTLED_BLOCKS));
    if (entries.length === 0 || fold.found.length >= MOST_REPORTED) break;
  }
  while (fold.open.length > 0 && fold.found.length < MOST_REPORTED) {
    await settle(trx, fold, fold.open.splice(0, ENTRIES_A_READ));
  }
  return fold.found;
}

function take(fold: Fold, entry: OutboxTable): void {
  if (entry.position !== fold.position + 1) wrong(fold, entry, 'position', entry.position, fold.position + 1);
  fold.position = entry.position;
  switch (entry.kind) {
    case 'APPENDED':
      return append(fold, entry);
    case 'RETRACTED':
      return retract(fold, entry);
    case 'FINALIZED':
      return finalize(fold, entry);
    default:
      return wrong(fold, entry, 'kind', entry.kind, 'APPENDED, RETRACTED or FINALIZED');
  }
}

function append(fold: Fold, entry: OutboxTable): void {
  const before = fold.open.at(-1)?.number;
  const number = before === undefined ? entry.number : before + 1;
  if (entry.number !== number) wrong(fold, entry, 'number', entry.number, number);
  if (entry.seq <= fold.seq) wrong(fold, entry, 'seq', entry.seq, `more than ${fold.seq}`);
  fold.seq = Math.max(fold.seq, entry.seq);
  if (entry.final !== 0 && entry.final !== 1) wrong(fold, entry, 'final', entry.final, '0 or 1');
  const { seq, hash, position } = entry;
  fold.open.push({ seq, number: entry.number, hash, position, final: entry.final === 1 });
}

/** An entry about a block that an earlier one appended says the same of it. */
function compareBlock(fold: Fold, entry: OutboxTable, block: Open | undefined): void {
  for (const column of ['seq', 'number', 'hash'] as const) {
    const expected = block?.[column] ?? null;
    if (entry[column] !== expected) wrong(fold, entry, column, entry[column], expected);
  }
}

function retract(fold: Fold, entry: OutboxTable): void {
  const newest = fold.open.pop();
  compareBlock(fold, entry, newest);
  if (entry.final !== 0) wrong(fold, entry, 'final', entry.final, 0);
  if (newest?.final === true && newest.number > fold.state.finalized) wrong(fold, newest, 'final', 1, 0);
}

function finalize(fold: Fold, entry: OutboxTable): void {
  const block = fold.open[entry.number - (fold.open[0]?.number ?? 0)];
  compareBlock(fold, entry, block);
  if (entry.final !== 1) wrong(fold, entry, 'final', entry.final, 1);
  if (block?.final === true) wrong(fold, entry, 'kind', 'FINALIZED', 'nothing: the block was final already');
  if (block !== undefined) block.final = true;
}

/** Compares the oldest blocks of the fold with the canonical ones of their numbers. */
async function settle(trx: Db, fold: Fold, blocks: readonly Open[]): Promise<void> {
  const [first] = blocks;
  const last = blocks.at(-1);
  if (first === undefined || last === undefined) return;
  const rows = await trx
    .selectFrom('block')
    .select(['seq', 'number', 'hash'])
    .where((e) => e.and({ ledger: fold.state.no, canonical: 1 }))
    .where('number', '>=', first.number)
    .where('number', '<=', last.number)
    .execute();
  const canonical = new Map(rows.map((row) => [row.number, row]));
  for (const block of blocks) settleOne(fold, block, canonical.get(block.number));
}

function settleOne(fold: Fold, block: Open, row: { readonly seq: number; readonly hash: string } | undefined): void {
  for (const column of ['seq', 'hash'] as const) {
    const expected = row?.[column] ?? null;
    if (block[column] !== expected) wrong(fold, block, column, block[column], expected);
  }
  const final = block.number <= fold.state.finalized;
  if (block.final !== final) wrong(fold, block, 'final', Number(block.final), Number(final));
}

function wrong(
  fold: Fold,
  entry: { readonly number: number; readonly position: number },
  column: string,
  got: string | number | null,
  expected: string | number | null,
): void {
  const key = `position ${entry.position}`;
  if (fold.found.length < MOST_REPORTED)
    fold.found.push({ table: 'outbox', block: entry.number, key, column, got, expected });
}
