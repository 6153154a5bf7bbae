import type { DerivedRow } from '../../store/store.js';

const SHOWN = 120;

/** Where two plain values differ, a line each: the path, what the store says, what the blocks say. At most `limit`. */
export function differing(path: string, got: unknown, expected: unknown, limit = 100): string[] {
  const found: string[] = [];
  walk(path, plain(got), plain(expected), found, limit);
  return found;
}

/** As JSON keeps it: what is undefined is absent. */
const plain = (value: unknown): unknown => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)));

function walk(path: string, got: unknown, expected: unknown, found: string[], limit: number): void {
  if (found.length >= limit || JSON.stringify(got) === JSON.stringify(expected)) return;
  if (!isPart(got) || !isPart(expected) || Array.isArray(got) !== Array.isArray(expected)) {
    found.push(`${path}: the store says ${shown(got)}, the blocks say ${shown(expected)}`);
    return;
  }
  for (const name of new Set([...Object.keys(expected), ...Object.keys(got)]))
    walk(path === '' ? name : `${path}.${name}`, got[name], expected[name], found, limit);
}

const isPart = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

function shown(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}… (${text.length} characters)`;
}

const TABLES: readonly string[] = ['proposal', 'proposal_missing', 'vote'];

/**
 * Rows of proposals and votes that a block made, column by column. `isRead`: of a row whose whole state is compared as it is read.
 */
export function differingRows(
  got: readonly DerivedRow[],
  expected: readonly DerivedRow[],
  isRead: (row: DerivedRow) => boolean,
): string[] {
  const named = (rows: readonly DerivedRow[]): Map<string, unknown> =>
    new Map(
      rows
        .filter(({ table }) => TABLES.includes(table))
        .map((row) => [`row of ${row.table}, block ${row.block}, ${row.key}`, columnsOf(row, isRead(row))]),
    );
  const [held, wanted] = [named(got), named(expected)];
  return [...new Set([...wanted.keys(), ...held.keys()])].flatMap((name) =>
    differing(name, held.get(name), wanted.get(name)),
  );
}

function columnsOf({ columns }: DerivedRow, isRead: boolean): unknown {
  const { state, ...others } = columns;
  return isRead || typeof state !== 'string' ? others : { ...others, state: readable(state) };
}

function readable(state: string): unknown {
  try {
    return JSON.parse(state);
  } catch {
    return state; // Differs from any state.
  }
}
