import type { LedgerId } from '../../model/ids.js';

/** One place where the index is not what it should be. */
export interface Difference {
  readonly ledger: LedgerId;
  readonly table: string;
  readonly block: number | null;
  /** The row inside its table and block. */
  readonly key: string;
  /** Null where the whole row is missing or too much. */
  readonly column: string | null;
  readonly got: string;
  readonly expected: string;
  /** All of it in one line, for people. */
  readonly text: string;
}
export type Value = string | number | null | Uint8Array;

/** Characters or bytes shown around the first place where long values differ. */
const SHOWN = 24;

export function difference(
  where: Pick<Difference, 'ledger' | 'table' | 'block' | 'key' | 'column'>,
  got: Value,
  expected: Value,
): Difference {
  const [left, right] = shown(got, expected);
  const row = [where.table, ...(where.block === null ? [] : [`block ${where.block}`]), where.key]
    .filter(Boolean)
    .join(', ');
  const text = `${where.ledger} ${row}${where.column === null ? '' : `, ${where.column}`}: got ${left}, expected ${right}`;
  return { ...where, got: left, expected: right, text };
}

function shown(got: Value, expected: Value): readonly [string, string] {
  if (got instanceof Uint8Array && expected instanceof Uint8Array) return excerpts(hex(got), hex(expected), 'byte', 2);
  const [left, right] = [plain(got), plain(expected)];
  return left.length + right.length <= 6 * SHOWN ? [left, right] : excerpts(left, right, 'character', 1);
}

const plain = (value: Value): string =>
  value instanceof Uint8Array ? hex(value) : value === null ? 'nothing' : String(value);
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

function excerpts(left: string, right: string, unit: string, width: number): readonly [string, string] {
  let at = 0;
  while (at < left.length && left[at] === right[at]) at += 1;
  at -= at % width;
  const part = (text: string): string =>
    `…${text.slice(Math.max(0, at - SHOWN), at)}[${text.slice(at, at + width)}]${text.slice(at + width, at + SHOWN)}… at ${unit} ${at / width} of ${text.length / width}`;
  return [part(left), part(right)];
}
