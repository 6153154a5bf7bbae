import { sql as ddl, type RawBuilder } from 'kysely';
import { sql, type Fragment } from '../sql.js';

export type KeyValue = string | number;
export type KeyType = 'bigint' | 'text';

/** What differs between SQLite and PostgreSQL in a statement; everything else is written once. */
export interface Traits {
  readonly name: 'sqlite' | 'postgres';
  readonly textType: RawBuilder<unknown>;
  readonly integerType: RawBuilder<unknown>;
  readonly bytesType: RawBuilder<unknown>;
  /** Ends a `create table` whose rows live in their primary key's tree, where the database can do that. */
  readonly clustered: RawBuilder<unknown>;
  readonly strict: RawBuilder<unknown>;
  /** Placeholder of the n-th parameter, from 1. */
  placeholder(n: number): string;
  /** A table of keys `(ord, k0, k1, …)` from one parameter, so a statement's text does not depend on how many there are. */
  keys(rows: readonly (readonly KeyValue[])[], types: readonly KeyType[]): Fragment;
  /** A column of the rows of a subquery as one JSON array. */
  jsonArray(column: string, from: Fragment): Fragment<string | null>;
  readonly forUpdate: Fragment;
}

const list = (types: readonly KeyType[]): Fragment =>
  sql.join(
    types.map((type, at) =>
      type === 'text'
        ? sql`value ->> ${sql.lit(at)} as ${sql.ref(`k${at}`)}`
        : sql`cast(value ->> ${sql.lit(at)} as bigint) as ${sql.ref(`k${at}`)}`,
    ),
  );

export const sqliteTraits: Traits = {
  name: 'sqlite',
  textType: ddl`text`,
  integerType: ddl`integer`,
  bytesType: ddl`blob`,
  clustered: ddl`strict, without rowid`,
  strict: ddl`strict`,
  placeholder: () => '?',
  keys: (rows, types) => sql`(select key as ord, ${list(types)} from json_each(${JSON.stringify(rows)}))`,
  jsonArray: (column, from) => sql<string | null>`(select json_group_array(${sql.ref(column)}) from ${from})`,
  forUpdate: sql``,
};

export const postgresTraits: Traits = {
  name: 'postgres',
  // Byte order, so that pages, cursors and comparisons are the same on both databases.
  textType: ddl`text collate "C"`,
  integerType: ddl`bigint`,
  bytesType: ddl`bytea`,
  clustered: ddl``,
  strict: ddl``,
  placeholder: (n) => `$${n}`,
  keys: (rows, types) =>
    sql`(select cast(n - 1 as bigint) as ord, ${list(types)} from jsonb_array_elements(cast(${JSON.stringify(rows)} as jsonb)) with ordinality as e(value, n))`,
  jsonArray: (column, from) => sql<string | null>`(select cast(json_agg(${sql.ref(column)}) as text) from ${from})`,
  forUpdate: sql`for update`,
};
