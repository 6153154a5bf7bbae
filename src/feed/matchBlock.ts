import type { LedgerId } from '../model/ids.js';
import { keyText, type BlockCriteria } from '../store/store.js';

export type Match<Row> = (row: Row) => boolean;

interface Placed {
  readonly ledger: LedgerId;
  readonly timestampMs: number | null;
}

/** What all criteria have in common: ledgers, numbers and time. A row without a time counts as of 1970, as in the store. */
export function sameBlock<Row extends Placed>(
  { ledgers, range, time }: Pick<BlockCriteria, 'ledgers' | 'range' | 'time'>,
  numberOf: (row: Row) => number,
): Match<Row> {
  const from = range?.from ?? 0;
  const to = range?.to ?? Infinity;
  const fromMs = time?.fromMs ?? -Infinity;
  const toMs = time?.toMs ?? Infinity;
  return (row) => {
    const number = numberOf(row);
    const atMs = row.timestampMs ?? 0;
    return number >= from && number <= to && atMs >= fromMs && atMs < toMs && (ledgers?.includes(row.ledger) ?? true);
  };
}

/** One of the values, as the store compares them; null where nothing is restricted. */
export function oneOf(values: readonly string[] | null | undefined): Match<string | null> | null {
  if (values == null) return null;
  const wanted = new Set(values.map(keyText));
  return (value) => value !== null && wanted.has(keyText(value));
}

/** All of the conditions that there are. */
export function allOf<Row>(conditions: readonly (Match<Row> | null)[]): Match<Row> {
  const given = conditions.filter((one) => one !== null);
  return (row) => given.every((one) => one(row));
}

/** A condition on one of the row's values. */
export function valueMatch<Row, Value>(match: Match<Value> | null, value: (row: Row) => Value): Match<Row> | null {
  return match === null ? null : (row) => match(value(row));
}
