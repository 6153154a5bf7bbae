import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { Traits } from '../dialect/traits.js';

/** Which process a write belongs to, and which one uses a signing request: numbered as they come. What was there before belongs to none. */
export function writeOwnersMigration(traits: Traits): { up(db: Kysely<unknown>): Promise<void> } {
  return {
    async up(db) {
      const integer = sql`${traits.integerType}`;
      await db.schema
        .createTable('write_owner')
        .addColumn('one', integer, (column) => column.notNull().primaryKey())
        .addColumn('last', integer, (column) => column.notNull())
        .modifyEnd(traits.strict)
        .execute();
      await sql`insert into write_owner (one, last) values (1, 0)`.execute(db);
      await db.schema
        .alterTable('write')
        .addColumn('owner', integer, (column) => column.notNull().defaultTo(0))
        .execute();
      await db.schema.alterTable('signing_request').addColumn('used_by', integer).execute();
    },
  };
}
