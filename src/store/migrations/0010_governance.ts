import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { Traits } from '../dialect/traits.js';

type Type = 'integer' | 'integer?' | 'text' | 'text?';
type Table = readonly [name: string, columns: Readonly<Record<string, Type>>, key: readonly string[]];

const inBlock: Readonly<Record<string, Type>> = {
  ...{ ledger: 'integer', seq: 'integer', ordinal: 'integer', number: 'integer', block_hash: 'text' },
  ...{ canonical: 'integer', latest: 'integer', timestamp_ms: 'integer?' },
};

/** Every row is a version: what a thing became in a block. `latest`: 1 for the newest version on the chain. */
const tables: readonly Table[] = [
  [
    'proposal',
    {
      ...{ ...inBlock, proposal: 'text', mechanism: 'text', status: 'text', status_before: 'text?', lapses: 'integer' },
      ...{ created_ms: 'integer', closes_ms: 'integer', proposer: 'text?', decision: 'text?', state: 'text' },
    },
    ['ledger', 'seq', 'ordinal'],
  ],
  [
    'proposal_missing',
    { ...inBlock, proposal: 'text', native_id: 'text', closes_ms: 'integer' },
    ['ledger', 'seq', 'ordinal', 'native_id'],
  ],
  ['vote', { ...inBlock, proposal: 'text', voter: 'text', state: 'text' }, ['ledger', 'seq', 'ordinal']],
  [
    'invitation',
    { ...inBlock, native_id: 'text', status: 'text', created_ms: 'integer', state: 'text' },
    ['ledger', 'seq', 'ordinal'],
  ],
  ['consortium', { ...inBlock, state: 'text' }, ['ledger', 'seq', 'ordinal']],
];

const LATEST = 'latest = 1';
const indexes: readonly (readonly [table: string, name: string, columns: readonly string[], where?: string])[] = [
  ['proposal', 'version', ['ledger', 'proposal', 'number']],
  ['proposal', 'number', ['ledger', 'canonical', 'number']],
  ['proposal', 'created', ['ledger', 'created_ms', 'proposal'], LATEST],
  ['proposal', 'status', ['ledger', 'status', 'created_ms', 'proposal'], LATEST],
  ['proposal', 'closes', ['ledger', 'status', 'closes_ms', 'proposal'], LATEST],
  ['proposal', 'decision', ['decision'], `${LATEST} and decision is not null`],
  ['proposal_missing', 'version', ['ledger', 'proposal', 'number']],
  ['proposal_missing', 'member', ['ledger', 'native_id', 'closes_ms', 'proposal'], LATEST],
  ['vote', 'proposal', ['ledger', 'proposal', 'number', 'ordinal']],
  ['vote', 'voter', ['ledger', 'voter', 'number', 'ordinal'], 'canonical = 1'],
  ['vote', 'number', ['ledger', 'canonical', 'number']],
  ['invitation', 'version', ['ledger', 'native_id', 'number']],
  ['invitation', 'created', ['ledger', 'created_ms', 'native_id'], LATEST],
  ['consortium', 'number', ['ledger', 'canonical', 'number']],
];

/** Proposals, votes, invitations and consortia, as blocks changed them. */
export function governanceMigration(traits: Traits): { up(db: Kysely<unknown>): Promise<void> } {
  const types = { integer: traits.integerType, text: traits.textType };
  return {
    async up(db) {
      for (const [name, columns, key] of tables) {
        let table = db.schema.createTable(name);
        for (const [column, type] of Object.entries(columns)) {
          const base = type.startsWith('integer') ? types.integer : types.text;
          table = table.addColumn(column, sql`${base}`, (c) => (type.endsWith('?') ? c : c.notNull()));
        }
        await table
          .addPrimaryKeyConstraint(`${name}_key`, key as never[])
          .modifyEnd(traits.strict)
          .execute();
      }
      for (const [table, name, columns, where] of indexes) {
        const list = sql.join(columns.map((column) => sql.ref(column)));
        const partial = where === undefined ? sql`` : sql`where ${sql.raw(where)}`;
        await sql`create index ${sql.ref(`${table}_${name}`)} on ${sql.table(table)} (${list}) ${partial}`.execute(db);
      }
    },
  };
}
