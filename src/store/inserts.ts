import { CompiledQuery } from 'kysely';
import type { Traits } from './dialect/traits.js';
import type { Db } from './session.js';
import { columns, type WrittenTable } from './tables.js';

export type Row = Readonly<Record<string, string | number | null | Uint8Array>>;

/** Rows a statement, largest first. Few sizes, so that few statements are prepared; 1,024 rows of 17 columns stay under SQLite's 32,766 parameters. */
const ROWS_A_STATEMENT = [1024, 128, 16, 1];

/** Writes many rows with few statements. Kysely's builder would cost more than SQLite's insert, so the texts are made once. */
export class Inserts {
  readonly #texts = new Map<string, string>();

  constructor(private readonly traits: Traits) {}

  async write(db: Db, table: WrittenTable, rows: readonly Row[]): Promise<void> {
    const values: unknown[] = [];
    for (const row of rows) for (const name of columns[table]) values.push(row[name] ?? null);
    await this.writeValues(db, table, values);
  }

  /** Rows as one list of their values, in the order of `columns`: many rows need no copies of their own. */
  async writeValues(db: Db, table: WrittenTable, values: readonly unknown[]): Promise<void> {
    const width = columns[table].length;
    let at = 0;
    for (const size of ROWS_A_STATEMENT) {
      for (; values.length - at >= size * width; at += size * width) {
        await db.executeQuery(CompiledQuery.raw(this.#text(table, size), values.slice(at, at + size * width)));
      }
    }
  }

  #text(table: WrittenTable, size: number): string {
    const key = `${table} ${size}`;
    const text = this.#texts.get(key) ?? this.#make(columns[table], table, size);
    this.#texts.set(key, text);
    return text;
  }

  #make(names: readonly string[], table: string, size: number): string {
    const row = (at: number): string =>
      `(${names.map((_, column) => this.traits.placeholder(at * names.length + column + 1)).join(', ')})`;
    const rows = Array.from({ length: size }, (_, at) => row(at)).join(', ');
    return `insert into "${table}" (${names.map((name) => `"${name}"`).join(', ')}) values ${rows}`;
  }
}
