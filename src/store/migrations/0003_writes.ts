import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { Traits } from '../dialect/traits.js';

/** What writes remember. Nothing here comes from a ledger's blocks: a rebuild leaves it alone. Ledgers stand by their ids. */
export function writesMigration(traits: Traits): { up(db: Kysely<unknown>): Promise<void> } {
  return {
    async up(db) {
      await writes(db, traits);
      await nonces(db, traits);
      await requests(db, traits);
    },
  };
}

async function writes(db: Kysely<unknown>, traits: Traits): Promise<void> {
  const text = sql`${traits.textType}`;
  const integer = sql`${traits.integerType}`;
  await db.schema
    .createTable('write')
    .addColumn('id', text, (column) => column.notNull().primaryKey())
    .addColumn('caller', text, (column) => column.notNull())
    .addColumn('mutation', text, (column) => column.notNull())
    .addColumn('idempotency_key', text)
    .addColumn('input_digest', text, (column) => column.notNull())
    .addColumn('ledger', text, (column) => column.notNull())
    .addColumn('transaction_id', text)
    .addColumn('bytes', sql`${traits.bytesType}`)
    .addColumn('from_address', text)
    .addColumn('nonce', integer)
    .addColumn('state', text, (column) => column.notNull())
    .addColumn('answer', text)
    .addColumn('created_ms', integer, (column) => column.notNull())
    .addColumn('updated_ms', integer, (column) => column.notNull())
    .modifyEnd(traits.strict)
    .execute();
  // Where the key is null rows never equal each other.
  await db.schema
    .createIndex('write_key')
    .unique()
    .on('write')
    .columns(['caller', 'mutation', 'idempotency_key'])
    .execute();
  await db.schema.createIndex('write_transaction').on('write').columns(['ledger', 'transaction_id']).execute();
  await db.schema.createIndex('write_state').on('write').columns(['state', 'updated_ms']).execute();
}

async function nonces(db: Kysely<unknown>, traits: Traits): Promise<void> {
  const text = sql`${traits.textType}`;
  await db.schema
    .createTable('wallet_nonce')
    .addColumn('ledger', text, (column) => column.notNull())
    .addColumn('address', text, (column) => column.notNull())
    .addColumn('nonce', sql`${traits.integerType}`, (column) => column.notNull())
    .addColumn('write_id', text, (column) => column.notNull())
    .addPrimaryKeyConstraint('wallet_nonce_key', ['ledger', 'address', 'nonce'])
    .modifyEnd(traits.clustered)
    .execute();
  await db.schema.createIndex('wallet_nonce_write').on('wallet_nonce').columns(['write_id']).execute();
}

async function requests(db: Kysely<unknown>, traits: Traits): Promise<void> {
  const text = sql`${traits.textType}`;
  await db.schema
    .createTable('signing_request')
    .addColumn('id', text, (column) => column.notNull().primaryKey())
    .addColumn('caller', text, (column) => column.notNull())
    .addColumn('content', text, (column) => column.notNull())
    .addColumn('expires_ms', sql`${traits.integerType}`, (column) => column.notNull())
    .modifyEnd(traits.strict)
    .execute();
  await db.schema.createIndex('signing_request_expires').on('signing_request').columns(['expires_ms']).execute();
}
