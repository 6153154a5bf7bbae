import { ParleyError } from '../../errors/index.js';
import type { DecodedBlock } from '../../model/block.js';
import type { LedgerId } from '../../model/ids.js';
import { unpackBytes } from '../rawBytes.js';
import { rowsOfBlock, type Cells } from '../rows.js';
import type { Db, Session } from '../session.js';
import type { DerivedRow, StoredBlock } from '../store.js';
import { inSnapshot } from '../snapshots.js';
import { sql, type Fragment } from '../sql.js';
import { derivedTables, ownTableNames, type DerivedTable, type RawBlockTable } from '../tables.js';
import { numberOf } from './ledgers.js';

const BLOCKS_A_READ = 32;

export async function storedBlocks(
  session: Session,
  ledger: LedgerId,
  from: number,
  to: number,
): Promise<readonly StoredBlock[]> {
  const no = await numberOf(session, ledger);
  return inSnapshot(session, (trx) =>
    readStored(trx, session, no, sql`b.canonical = 1 and b.number >= ${from} and b.number <= ${to} order by b.number`),
  );
}

export async function retractedBlocks(
  session: Session,
  ledger: LedgerId,
  afterSequence: number,
  limit: number,
): Promise<readonly StoredBlock[]> {
  const no = await numberOf(session, ledger);
  return inSnapshot(session, (trx) =>
    readStored(
      trx,
      session,
      no,
      sql`b.canonical = 0 and b.seq > ${afterSequence} order by b.seq limit ${sql.lit(limit)}`,
    ),
  );
}

export async function* rowsOfBlocks(
  session: Session,
  ledger: LedgerId,
  from: number,
  to: number,
): AsyncIterable<DerivedRow> {
  for (let next = from; next <= to; next += BLOCKS_A_READ) {
    const blocks = await storedBlocks(session, ledger, next, Math.min(to, next + BLOCKS_A_READ - 1));
    for (const block of blocks) yield* block.rows;
  }
}

async function readStored(trx: Db, session: Session, no: number, which: Fragment): Promise<readonly StoredBlock[]> {
  const { rows: raws } = await sql<RawBlockTable>`
    select r.* from block as b cross join raw_block as r
    where r.ledger = b.ledger and r.seq = b.seq and b.ledger = ${no} and ${which}`.execute(trx);
  const keys = session.traits.keys(
    raws.map(({ seq }) => [seq]),
    ['bigint'],
  );
  const rows = new Map<number, DerivedRow[]>(raws.map(({ seq }) => [seq, []]));
  for (const table of ownTableNames) {
    const { rows: found } = await sql<Cells & { readonly seq: number }>`
      select t.* from ${keys} as k cross join ${sql.table(table)} as t where t.ledger = ${no} and t.seq = k.k0`.execute(
      trx,
    );
    for (const row of found) rows.get(row.seq)?.push(derivedRow(table, ownCells(row)));
  }
  return raws.map((raw) => ({ ...unpacked(raw), rows: rows.get(raw.seq) ?? [] }));
}

function unpacked(raw: RawBlockTable): Omit<StoredBlock, 'rows'> {
  const block = { number: raw.number, hash: raw.hash, parentHash: raw.parent_hash, sequence: raw.seq };
  try {
    return { ...block, bytes: unpackBytes(raw, `block ${raw.number}`), unreadable: null };
  } catch (error) {
    if (!(error instanceof ParleyError)) throw error;
    return { ...block, bytes: new Uint8Array(), unreadable: error.what };
  }
}

export function expectedRows(block: DecodedBlock, canonical: boolean): readonly DerivedRow[] {
  const rows = rowsOfBlock(block, canonical);
  return ownTableNames.flatMap((table) => rows[table].map((cells) => derivedRow(table, ownCells(cells))));
}

export function derivedRow(table: DerivedTable, cells: Cells): DerivedRow {
  const key = derivedTables[table].map((column) => `${column} ${cells[column] ?? ''}`).join(', ');
  const number = Number(cells['number']);
  return { table, block: number, key, columns: cells };
}

/** A row's cells but those that only this store knows: where the block stands in it, and when it was taken back (`contradictions` tells). */
export function ownCells(row: Cells): Cells {
  const names = Object.keys(row).filter((name) => !['ledger', 'seq', 'retracted_at'].includes(name));
  return Object.fromEntries(names.map((name) => [name, row[name] ?? null]));
}
