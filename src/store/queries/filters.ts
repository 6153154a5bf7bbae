import type { Driver } from '../pages/branch.js';
import { sql, type Fragment } from '../sql.js';
import { keyText } from '../text.js';

/** A filter's values as the columns hold them, each once; null where nothing is restricted. */
export const partsOf = (values: readonly string[] | null | undefined): readonly string[] | null =>
  values == null ? null : [...new Set(values.map(keyText))];

/** For each filter, in the order given, the drivers that it makes; null where it does not restrict. */
export function columnDrivers(
  filters: Readonly<Record<string, readonly string[] | null>>,
): readonly (readonly Driver[] | null)[] {
  return Object.entries(filters).map(
    ([column, values]) => values?.map((value): Driver => ({ kind: 'column', column, value })) ?? null,
  );
}

/** The filter as a condition on each row. */
export function isIn(column: string, values: readonly string[] | null): Fragment[] {
  if (values === null) return [];
  if (values.length === 0) return [sql`1 = 0`];
  return [sql`${sql.ref(`t.${column}`)} in (${sql.join(values)})`];
}
