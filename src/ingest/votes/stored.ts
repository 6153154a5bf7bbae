import { plainText } from '../../model/signing.js';
import type { DerivedRow, StoredProposal } from '../../store/store.js';
import { differing, shown } from './compare.js';

/** What the blocks say. */
export interface Said {
  readonly rows: readonly DerivedRow[];
  /** The last block that was read; -1 where none was. */
  readonly last: number;
  /** A block after it could not be decoded. */
  readonly broken: boolean;
}

/**
 * What the store tells of a proposal and its votes against what the blocks say, a line each. Whatever is read of it is compared: rows of
 * blocks that are not there as well.
 */
export function differingStored(stored: StoredProposal, said: Said): string[] {
  const tip = stored.tip?.number ?? -1;
  const whole = said.last >= tip;
  // Of blocks that are there and say nothing nobody knows which rows they make.
  const unknown = ({ block }: DerivedRow): boolean => said.broken && block > said.last && block <= tip;
  const held = byPlace(stored.rows.filter((row) => !unknown(row)));
  const wanted = byPlace(said.rows);
  const newest = said.rows.findLast(({ table }) => table === 'proposal');
  return [...new Set([...wanted.keys(), ...held.keys()])].flatMap((place) => {
    const [row] = wanted.get(place) ?? [];
    const rows = held.get(place) ?? [];
    if (row === undefined) return rows.map((extra) => `${thingOf(extra)}: ${tooMuch(extra, said.last, tip)}`);
    return ofRow(rows, row, { whole, isNewest: row === newest });
  });
}

/** Rows by table, block and key. Of a place that should have one the store may have several. */
function byPlace(rows: readonly DerivedRow[]): ReadonlyMap<string, readonly DerivedRow[]> {
  return Map.groupBy(rows, ({ table, block, key }) => `${table} ${block} ${key}`);
}

interface Compared {
  /** False where blocks are missing: which version is the newest cannot be said then. */
  readonly whole: boolean;
  readonly isNewest: boolean;
}

function ofRow(held: readonly DerivedRow[], wanted: DerivedRow, compared: Compared): string[] {
  const each = held.map((row) => ({ row, lines: differingRow(row, wanted, compared) }));
  const own = each.find(({ lines }) => lines.length === 0) ?? each[0];
  if (own === undefined) return [`${thingOf(wanted)}: the blocks have it, the store does not`];
  const doubles = each.filter((one) => one !== own);
  return [...own.lines, ...doubles.map(({ row }) => `${thingOf(row)}: the store has it twice${saying(row)}`)];
}

function differingRow(held: DerivedRow, wanted: DerivedRow, { whole, isNewest }: Compared): string[] {
  const [got, meant] = [columnsOf(held, whole), columnsOf(wanted, whole)];
  const name = rowOf(wanted);
  const state = wanted.table === 'vote' ? thingOf(wanted) : isNewest ? 'proposal' : `${name}.state`;
  return [...differing(state, got.state, meant.state), ...differing(name, got.others, meant.others)];
}

function columnsOf(
  { columns }: DerivedRow,
  whole: boolean,
): { readonly state: unknown; readonly others: Readonly<Record<string, unknown>> } {
  const { state, latest, ...others } = columns;
  return { state: readable(state), others: whole ? { ...others, latest } : others };
}

function readable(state: DerivedRow['columns'][string] | undefined): unknown {
  try {
    return typeof state === 'string' ? JSON.parse(state) : state;
  } catch {
    return state; // Differs from any state.
  }
}

const rowOf = ({ table, block, key }: DerivedRow): string => `row of ${table}, block ${block}, ${plainText(key)}`;

function thingOf(row: DerivedRow): string {
  const { table, block, columns } = row;
  if (table === 'vote') return `vote of ${plainText(String(columns['voter']))} in block ${block}`;
  return table === 'proposal' ? `proposal as of block ${block}` : rowOf(row);
}

function tooMuch(row: DerivedRow, last: number, tip: number): string {
  const end =
    row.block > tip ? `: the last one is ${tip}` : row.block > last ? `: those that are there end at ${last}` : '';
  return `the store has it${saying(row)}, no block does${end}`;
}

/** The choice or the status that it tells. */
function saying({ table, columns }: DerivedRow): string {
  const state = readable(columns['state']) as Readonly<Record<string, unknown>> | null | undefined;
  const word = state?.[table === 'vote' ? 'choice' : 'status'];
  return word === undefined ? '' : ` (${shown(word)})`;
}
