import type { DecodedBlock, RawBlock } from '../../model/block.js';
import type { LedgerId } from '../../model/ids.js';
import { rowsOfBlock } from '../rows.js';
import type { HeadNotice } from '../store.js';
import { columns, derivedTableNames, governanceTableNames, type DerivedTable } from '../tables.js';

/** Blocks ready to be written, as plain data that another thread can be given. */
export interface PreparedAppend {
  readonly ledger: LedgerId;
  readonly blocks: readonly PreparedBlock[];
  readonly derived: DerivedRows;
  readonly head: HeadNotice | null;
}

export interface PreparedBlock extends RawBlock {
  readonly ledger: LedgerId;
}

/**
 * Derived rows of several blocks, each table's as one list of values in the order of `columns`. A row's first two values are placeholders
 * until the blocks have their places: 0, and the block's index among these blocks.
 */
export interface DerivedRows {
  readonly values: Readonly<Partial<Record<DerivedTable, unknown[]>>>;
  /** Indexes of blocks that changed something of proposals, votes or invitations. */
  readonly governing: readonly number[];
}

export function prepared(ledger: LedgerId, blocks: readonly DecodedBlock[], head: HeadNotice | null): PreparedAppend {
  const plain = blocks.map(({ ledger: of, number, hash, parentHash, bytes }) => ({
    ...{ ledger: of, number, hash, parentHash, bytes },
  }));
  return { ledger, blocks: plain, derived: derivedRows(blocks), head };
}

export function derivedRows(blocks: readonly DecodedBlock[]): DerivedRows {
  const values: Partial<Record<DerivedTable, unknown[]>> = {};
  const governing: number[] = [];
  for (const [at, block] of blocks.entries()) {
    const rows = rowsOfBlock(block, true);
    for (const table of derivedTableNames) {
      if (rows[table].length === 0) continue;
      const list = (values[table] ??= []);
      const [, , ...others] = columns[table];
      for (const cells of rows[table]) {
        list.push(0, at);
        for (const name of others) list.push(cells[name] ?? null);
      }
    }
    if (governanceTableNames.some((table) => rows[table].length > 0)) governing.push(at);
  }
  return { values, governing };
}
