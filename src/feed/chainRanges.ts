import type { BlockRef } from '../model/block.js';
import type { LedgerId } from '../model/ids.js';
import type { Scope } from '../model/scope.js';
import type { StoreChanges } from '../store/store.js';

/** The port gives at most so many blocks a range. */
const RANGE_BLOCKS = 1000;

/** Canonical blocks of a ledger between two numbers, ascending. One query. */
export async function chainBetween(
  reads: Pick<StoreChanges, 'chainOf'>,
  scope: Scope,
  { ledger, from, to }: { readonly ledger: LedgerId; readonly from: number; readonly to: number },
): Promise<readonly BlockRef[]> {
  const ranges: { ledger: LedgerId; from: number; to: number }[] = [];
  for (let at = Math.max(0, from); at <= to; at += RANGE_BLOCKS) {
    ranges.push({ ledger, from: at, to: Math.min(to, at + RANGE_BLOCKS - 1) });
  }
  return ranges.length === 0 ? [] : (await reads.chainOf(scope, ranges)).flat();
}
