import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { Traits } from '../dialect/traits.js';

/**
 * What the feed and several processes on one store need: `generation` tells outboxes apart whose positions began anew, `epoch` counts
 * how often the ledger was taken for writing; `ingest_epoch` counts it also before the ledger is declared.
 */
export function feedMigration(traits: Traits): { up(db: Kysely<unknown>): Promise<void> } {
  return {
    async up(db) {
      const integer = sql`${traits.integerType}`;
      await db.schema
        .alterTable('ledger')
        .addColumn('generation', integer, (column) => column.notNull().defaultTo(1))
        .execute();
      await db.schema
        .alterTable('ledger')
        .addColumn('epoch', integer, (column) => column.notNull().defaultTo(0))
        .execute();
      await db.schema
        .createTable('ingest_epoch')
        .addColumn('ledger', sql`${traits.textType}`, (column) => column.notNull().primaryKey())
        .addColumn('epoch', integer, (column) => column.notNull())
        .modifyEnd(traits.strict)
        .execute();
    },
  };
}
