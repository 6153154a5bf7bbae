import type { LedgerId } from '../../model/ids.js';
import type { RawBlock } from '../../model/block.js';
import type { DerivedRow, StoredBlock } from '../../store/store.js';
import { difference, type Difference } from './difference.js';

/** What the store should hold of one block. */
export interface ExpectedBlock {
  readonly raw: RawBlock;
  readonly rows: readonly DerivedRow[];
}

/** Every row and column that the store holds of a block against what it should hold. */
export function compareBlock(ledger: LedgerId, expected: ExpectedBlock, stored: StoredBlock): Difference[] {
  return [...compareRaw(ledger, expected.raw, stored), ...compareRows(ledger, expected.rows, stored.rows)];
}

function compareRaw(ledger: LedgerId, expected: RawBlock, stored: StoredBlock): Difference[] {
  const where = { ledger, table: 'raw_block', block: expected.number, key: '' };
  const columns = [
    ['number', stored.number, expected.number],
    ['hash', stored.hash, expected.hash],
    ['parent_hash', stored.parentHash, expected.parentHash],
  ] as const;
  const wrong = columns
    .filter(([, got, wanted]) => got !== wanted)
    .map(([column, got, wanted]) => difference({ ...where, column }, got, wanted));
  if (stored.unreadable !== null)
    return [...wrong, difference({ ...where, column: 'bytes' }, stored.unreadable, 'a block')];
  if (Buffer.compare(stored.bytes, expected.bytes) === 0) return wrong;
  return [...wrong, difference({ ...where, column: 'bytes' }, stored.bytes, expected.bytes)];
}

function compareRows(ledger: LedgerId, expected: readonly DerivedRow[], stored: readonly DerivedRow[]): Difference[] {
  const rowOf = ({ table, key }: DerivedRow): string => `${table} ${key}`;
  const held = new Map(stored.map((row) => [rowOf(row), row]));
  const wanted = new Set(expected.map(rowOf));
  return [
    ...expected.flatMap((row) => compareRow(ledger, row, held.get(rowOf(row)))),
    ...stored
      .filter((row) => !wanted.has(rowOf(row)))
      .map((row) => difference({ ...whereOf(ledger, row), column: null }, 'a row', null)),
  ];
}

function compareRow(ledger: LedgerId, expected: DerivedRow, stored: DerivedRow | undefined): Difference[] {
  const where = whereOf(ledger, expected);
  if (stored === undefined) return [difference({ ...where, column: null }, null, 'a row')];
  return Object.entries(expected.columns)
    .filter(([column, value]) => stored.columns[column] !== value)
    .map(([column, value]) => difference({ ...where, column }, stored.columns[column] ?? null, value));
}

const whereOf = (ledger: LedgerId, { table, block, key }: DerivedRow) => ({ ledger, table, block, key });
