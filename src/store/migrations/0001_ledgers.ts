import type { CreateTableBuilder, Kysely } from 'kysely';
import { sql } from 'kysely';
import type { Traits } from '../dialect/traits.js';

type Columns = Readonly<Record<string, 'integer' | 'integer?' | 'text' | 'text?' | 'bytes'>>;

/** The first schema: ledgers, raw blocks, what is derived from them, and the outbox. */
export function ledgersMigration(traits: Traits): { up(db: Kysely<unknown>): Promise<void> } {
  return {
    async up(db) {
      for (const [name, columns, key, clustered] of tables) {
        const table = withColumns(db.schema.createTable(name), columns, traits);
        const keyed = key.length === 0 ? table : table.addPrimaryKeyConstraint(`${name}_key`, key as never[]);
        await keyed.modifyEnd(clustered ? traits.clustered : traits.strict).execute();
      }
      for (const [table, name, columns, where] of indexes) {
        const unique = name === 'hash' && table !== 'transaction' ? sql`unique` : sql``;
        const list = sql.join(columns.map((column) => sql.ref(column)));
        const partial = where === undefined ? sql`` : sql`where ${sql.raw(where)}`;
        await sql`create ${unique} index ${sql.ref(`${table}_${name}`)} on ${sql.table(table)} (${list}) ${partial}`.execute(
          db,
        );
      }
    },
  };
}

function withColumns(
  table: CreateTableBuilder<string>,
  columns: Columns,
  traits: Traits,
): CreateTableBuilder<string, string> {
  const types = { integer: traits.integerType, text: traits.textType, bytes: traits.bytesType };
  return Object.entries(columns).reduce<CreateTableBuilder<string, string>>((made, [column, type]) => {
    const base = type.replace('?', '') as keyof typeof types;
    return made.addColumn(column, sql`${types[base]}`, (c) => (type.endsWith('?') ? c : c.notNull()));
  }, table);
}

const ofBlock = { ledger: 'integer', seq: 'integer', number: 'integer' } as const;
const derived = { ...ofBlock, canonical: 'integer' } as const;
const inBlock = { ...derived, block_hash: 'text' } as const;

const tables: readonly (readonly [name: string, columns: Columns, key: readonly string[], clustered?: true])[] = [
  [
    'ledger',
    {
      ...{ no: 'integer', id: 'text', kind: 'text', name: 'text', start_block: 'integer' },
      ...{ tip_number: 'integer?', tip_hash: 'text?', next_seq: 'integer', outbox_position: 'integer' },
      ...{ finalized: 'integer', safe: 'integer', head_number: 'integer?', head_hash: 'text?' },
      ...{ head_seen_at_ms: 'integer?', rebuild_seq: 'integer?', rebuild_number: 'integer?', rebuild_hash: 'text?' },
    },
    ['no'],
  ],
  [
    'raw_block',
    { ...ofBlock, hash: 'text', parent_hash: 'text?', encoding: 'integer', bytes: 'bytes' },
    ['ledger', 'seq'],
  ],
  [
    'block',
    {
      ...{ ...derived, hash: 'text', parent_hash: 'text?', retracted_at: 'integer?', timestamp_ms: 'integer?' },
      ...{ sort_ms: 'integer', transaction_count: 'integer', failed_count: 'integer', event_count: 'integer' },
      detail: 'text',
    },
    ['ledger', 'seq'],
  ],
  [
    'transaction',
    {
      ...{ ...inBlock, tx_index: 'integer', sort_ms: 'integer', timestamp_ms: 'integer?', hash: 'text' },
      ...{ outcome: 'text', chaincode: 'text?', function: 'text?', parties: 'text', detail: 'text' },
    },
    ['ledger', 'seq', 'tx_index'],
  ],
  [
    'transaction_party',
    { ...derived, tx_index: 'integer', native_id: 'text', sort_ms: 'integer' },
    ['ledger', 'seq', 'tx_index', 'native_id'],
    true,
  ],
  [
    'event',
    {
      ...{ ...inBlock, tx_index: 'integer', event_index: 'integer', sort_ms: 'integer', timestamp_ms: 'integer?' },
      ...{ name: 'text?', chaincode: 'text?', address: 'text?', topic0: 'text?', topic1: 'text?', topic2: 'text?' },
      ...{ topic3: 'text?', detail: 'text' },
    },
    ['ledger', 'seq', 'tx_index', 'event_index'],
  ],
  [
    'token_transfer',
    {
      ...{ ...inBlock, tx_index: 'integer', log_index: 'integer', item: 'integer', token: 'text', standard: 'text' },
      ...{ from_address: 'text', to_address: 'text', amount: 'text', token_id: 'text?' },
    },
    ['ledger', 'seq', 'tx_index', 'log_index', 'item'],
  ],
  [
    'channel_config',
    {
      ...{ ...inBlock, timestamp_ms: 'integer?', config_sequence: 'integer', summary: 'text', config: 'text' },
      ...{ changes: 'text', signers: 'text', memberships: 'text' },
    },
    ['ledger', 'seq'],
  ],
  [
    'membership',
    { ...inBlock, ordinal: 'integer', timestamp_ms: 'integer?', native_id: 'text', role: 'text', change: 'text' },
    ['ledger', 'seq', 'ordinal'],
  ],
  [
    'chaincode_definition',
    { ...inBlock, ordinal: 'integer', tx_index: 'integer', name: 'text', sequence: 'integer', definition: 'text' },
    ['ledger', 'seq', 'ordinal'],
  ],
  [
    'chaincode_approval',
    {
      ...{ ...inBlock, ordinal: 'integer', tx_index: 'integer', timestamp_ms: 'integer?', msp_id: 'text' },
      ...{ name: 'text', sequence: 'integer', definition: 'text' },
    },
    ['ledger', 'seq', 'ordinal'],
  ],
  ['outbox', { ...ofBlock, position: 'integer', kind: 'text', hash: 'text', final: 'integer' }, ['ledger', 'position']],
  ['secret', { name: 'text', value: 'bytes' }, ['name']],
];

const chain = ['ledger', 'canonical'];
const byTime = ['sort_ms', 'number', 'tx_index'];
const eventByTime = [...byTime, 'event_index'];

// Orders by place are wanted of channels only: on a chain time gives the same order (see pages/branch.ts, `ofChannel`).
const CHANNEL = "substr(block_hash, 1, 2) <> '0x'";
const ORGANIZATION = "substr(native_id, 1, 2) <> '0x'";

/** One index for each way in which the graph lists things; the order of a list is an index's order. */
const indexes: readonly (readonly [table: string, name: string, columns: readonly string[], where?: string])[] = [
  ['ledger', 'id', ['id']],
  ['raw_block', 'hash', ['ledger', 'hash']],
  ['block', 'hash', ['ledger', 'hash']],
  ['block', 'number', [...chain, 'number']],
  // With the counts, so that activity is read from the index alone.
  ['block', 'time', [...chain, 'sort_ms', 'number', 'transaction_count', 'failed_count', 'event_count']],
  ['transaction', 'hash', ['ledger', 'hash']],
  ['transaction', 'time', [...chain, ...byTime]],
  ['transaction', 'place', [...chain, 'number', 'tx_index']],
  ['transaction', 'chaincode', [...chain, 'chaincode', ...byTime], 'chaincode is not null'],
  ['transaction', 'chaincode_place', [...chain, 'chaincode', 'number', 'tx_index'], 'chaincode is not null'],
  ['transaction', 'function', [...chain, 'function', ...byTime], '"function" is not null'],
  [
    'transaction',
    'function_place',
    [...chain, 'function', 'number', 'tx_index'],
    `"function" is not null and ${CHANNEL}`,
  ],
  ['transaction', 'failed', [...chain, ...byTime], "outcome = 'FAILED'"],
  ['transaction_party', 'party', ['ledger', 'native_id', 'canonical', ...byTime]],
  ['transaction_party', 'party_place', ['ledger', 'native_id', 'canonical', 'number', 'tx_index'], ORGANIZATION],
  ['event', 'time', [...chain, ...eventByTime]],
  ['event', 'place', [...chain, 'number', 'tx_index', 'event_index']],
  ['event', 'name', [...chain, 'name', ...eventByTime], 'name is not null'],
  ['event', 'name_place', [...chain, 'name', 'number', 'tx_index', 'event_index'], `name is not null and ${CHANNEL}`],
  ['event', 'chaincode', [...chain, 'chaincode', ...eventByTime], 'chaincode is not null'],
  ['event', 'chaincode_place', [...chain, 'chaincode', 'number', 'tx_index'], 'chaincode is not null'],
  ['event', 'address', [...chain, 'address', ...eventByTime], 'address is not null'],
  ['event', 'topic0', [...chain, 'topic0', ...eventByTime], 'topic0 is not null'],
  ['event', 'topic1', [...chain, 'topic1', ...eventByTime], 'topic1 is not null'],
  ['event', 'topic2', [...chain, 'topic2', ...eventByTime], 'topic2 is not null'],
  ['event', 'topic3', [...chain, 'topic3', ...eventByTime], 'topic3 is not null'],
  [
    'token_transfer',
    'receiver',
    ['ledger', 'to_address', 'canonical', 'token', 'number', 'tx_index', 'log_index', 'item'],
  ],
  ['token_transfer', 'sender', ['ledger', 'from_address']],
  ['channel_config', 'number', [...chain, 'number']],
  ['membership', 'number', [...chain, 'number']],
  ['chaincode_definition', 'name', [...chain, 'name', 'number']],
  ['chaincode_approval', 'name', [...chain, 'name', 'msp_id', 'number']],
];
