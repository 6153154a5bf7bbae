import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import { verifyLedger, type Difference, type VerifyResult } from '../../../src/ingest/index.js';
import { openStore } from '../../../src/store/index.js';
import type { Store } from '../../../src/store/store.js';
import { columns, type WrittenTable } from '../../../src/store/tables.js';
import { ETHEREUM_LEDGER, FABRIC_LEDGER } from '../../support/blocks.js';
import { atHead, startIngest, workbench, type Workbench } from '../../support/indexing.js';
import { ModelLedger } from '../../support/modelLedger.js';

const { signal } = new AbortController();

async function verify(
  ledger: ModelLedger,
  store: Store,
): Promise<VerifyResult & { readonly found: readonly Difference[] }> {
  const found: Difference[] = [];
  const result = await verifyLedger({ ledger, store, signal, settleMs: 1, onDifference: (one) => found.push(one) });
  return { ...result, found };
}

describe('verify', () => {
  const chain = new ModelLedger({ plan: { ledger: ETHEREUM_LEDGER, seed: 5 }, reorgBound: 8, finalityDepth: 8 }, 20);
  const channel = new ModelLedger({ plan: { ledger: FABRIC_LEDGER, seed: 6, transactions: 2 }, reorgBound: 0 }, 43);
  let bench: Workbench;

  beforeAll(async () => {
    bench = await workbench();
    for (const ledger of [chain, channel]) {
      const run = startIngest(ledger, bench.store);
      await atHead(run, () => ledger.chain.at(-1));
      if (ledger === chain) {
        ledger.reorg(4, 5, 'b');
        await atHead(run, () => ledger.chain.at(-1));
        ledger.grow(3, 'b');
        await atHead(run, () => ledger.chain.at(-1));
      }
      await run.stop();
    }
  });
  afterAll(() => bench.close());

  test('finds nothing where nothing is wrong, and counts what it compared', async () => {
    const onChain = await verify(chain, bench.store);
    expect(onChain).toMatchObject({ found: [], blocks: 24, retracted: 4, transactions: 72 });
    expect(onChain.rows).toBeGreaterThan(400);
    expect(await verify(channel, bench.store)).toMatchObject({ found: [], blocks: 43, retracted: 0 });
  });

  test('compares up to the tip at the start while the index is being written', async () => {
    const ledger = new ModelLedger({ plan: { ledger: 'eip155:77', seed: 8 }, reorgBound: 8, finalityDepth: 12 }, 60);
    const run = startIngest(ledger, bench.store);
    await atHead(run, () => ledger.chain.at(-1));
    const growing = setInterval(() => {
      if (Math.random() < 0.2) ledger.reorg(2, 3, String(Math.random()));
      else ledger.grow(1, 'more');
    }, 3);
    const found: Difference[] = [];
    const onDifference = (one: Difference) => found.push(one);
    const result = await verifyLedger({ ledger, store: bench.store, signal, settleMs: 40, onDifference });
    clearInterval(growing);
    await run.stop();
    expect(found).toEqual([]);
    expect(result.blocks).toBeGreaterThanOrEqual(55);
  });

  // What no ledger tells again: when a head was heard of, how often positions began anew, and whose turn it is to write.
  const observed = ['head_seen_at_ms', 'generation', 'epoch'];

  describe.each([
    ['a chain', chain],
    ['a channel', channel],
  ] as const)('one changed value is found and named, on %s', (_, ledger) => {
    const tables = Object.keys(columns) as WrittenTable[];
    test.each(tables)(
      'in %s',
      async (table) => {
        const unseen: string[] = [];
        for (const canonical of [1, 0]) {
          for (const column of columns[table]) {
            const change = await changed(bench, ledger, table, column, canonical);
            if (change === null) continue;
            const { found } = await verifyAgain(bench, ledger);
            await change.undo();
            // A wrong packing shows in the bytes.
            if (!found.some(named(table, column === 'encoding' ? 'bytes' : column)))
              unseen.push(`${table}.${column}, canonical ${canonical}: ${found[0]?.text ?? 'nothing found'}`);
          }
        }
        expect(unseen).toEqual([]);
      },
      240_000,
    );

    test('in the checkpoint', async () => {
      const unseen: string[] = [];
      const database = new Database(bench.path);
      const names = (database.pragma('table_info(ledger)') as { name: string }[]).map(({ name }) => name);
      database.close();
      for (const column of names.filter((name) => !observed.includes(name) && name !== 'no' && name !== 'id')) {
        const change = await changed(bench, ledger, 'ledger', column, 1);
        const { found } = await verifyAgain(bench, ledger);
        await change?.undo();
        if (!found.some(named('ledger', column))) unseen.push(`${column}: ${found[0]?.text ?? 'nothing found'}`);
      }
      expect(unseen).toEqual([]);
    });
  });

  test('one changed byte of a packed raw block is found', async () => {
    const database = new Database(bench.path);
    const [row] = database
      .prepare(
        'select r.rowid as id, r.bytes from raw_block r join ledger l on l.no = r.ledger where l.id = ? order by length(bytes) desc',
      )
      .all(channel.id) as { id: number; bytes: Buffer }[];
    if (row === undefined) throw new Error('no raw block');
    const { id, bytes } = row;
    const write = database.prepare('update raw_block set bytes = ? where rowid = ?');
    for (const at of [0, 9, bytes.length >> 1, bytes.length - 1]) {
      const wrong = Buffer.from(bytes);
      wrong[at] = (wrong[at] ?? 0) ^ 1;
      write.run(wrong, id);
      const { found } = await verifyAgain(bench, channel);
      write.run(bytes, id);
      expect([at, found.some(named('raw_block', 'bytes'))]).toEqual([at, true]);
    }
    database.close();
  });

  test.each([
    [
      'a missing event',
      'delete from event where rowid = (select max(rowid) from event where ledger = 1 and canonical = 1)',
      'event',
    ],
    [
      'a row too many',
      "insert into transaction_party (ledger, seq, tx_index, native_id, number, canonical, sort_ms) select ledger, seq, tx_index, 'Nobody', number, canonical, sort_ms from transaction_party where ledger = 1 limit 1",
      'transaction_party',
    ],
    ['a missing block', 'delete from block where ledger = 1 and number = 7', 'block'],
    ['a missing outbox entry', 'delete from outbox where ledger = 1 and position = 12', 'outbox'],
  ])('finds %s', async (_, statement, table) => {
    const copy = await copied(bench);
    const tampered = new Database(copy);
    tampered.exec(statement);
    tampered.close();
    const store = await openStore(`sqlite:${copy}`);
    const { found } = await verify(chain, store);
    await store.close();
    expect(found.some((one) => one.table === table)).toBe(true);
    expect(found[0]?.text).toContain(chain.id);
  });
});

/** A changed key is a row that is missing and another that is too much, or one without its block; anything else is named itself. */
const named =
  (table: string, column: string) =>
  (one: Difference): boolean => {
    const whole = [...KEYS, 'canonical', 'native_id'].includes(column) || (table === 'block' && column === 'number');
    return one.table === table && (one.column === column || (whole && (one.column === null || one.column === 'seq')));
  };

async function verifyAgain(bench: Workbench, ledger: ModelLedger): Promise<{ readonly found: readonly Difference[] }> {
  // Another connection: what changed under the store is what it reads next.
  const store = await openStore(bench.url);
  try {
    return await verify(ledger, store);
  } finally {
    await store.close();
  }
}

async function copied(bench: Workbench): Promise<string> {
  const database = new Database(bench.path, { readonly: true });
  const path = `${bench.path}.copy${Math.random()}`;
  await database.backup(path);
  database.close();
  return path;
}

/** Changes one character or the lowest digit in one column of one row; null where no row has a value to change. */
function changed(
  bench: Workbench,
  ledger: ModelLedger,
  table: string,
  column: string,
  canonical: number,
): Promise<{ undo(): Promise<void> } | null> {
  const database = new Database(bench.path);
  const owner = table === 'ledger' ? 'no' : 'ledger';
  const standing = (database.pragma(`table_info("${table}")`) as { name: string }[]).some(
    ({ name }) => name === 'canonical',
  )
    ? `and canonical = ${canonical}`
    : canonical === 1
      ? ''
      : 'and 1 = 0';
  const keyed = table === 'transaction_party' ? '"ledger", "seq", "tx_index", "native_id"' : 'rowid';
  const row = database
    .prepare(
      `select ${keyed}, "${column}" as value from "${table}" where ${owner} = (select no from ledger where id = ?) ${standing} order by "${column}" is null, ${keyed} limit 1 offset ?`,
    )
    .get(ledger.id, table === 'ledger' ? 0 : 3) as Record<string, unknown> | undefined;
  if (row === undefined) {
    database.close();
    return Promise.resolve(null);
  }
  const { value, ...key } = row;
  const where = Object.keys(key)
    .map((name) => `"${name}" = ?`)
    .join(' and ');
  const write = (now: unknown, at: Record<string, unknown>): void => {
    database.prepare(`update "${table}" set "${column}" = ? where ${where}`).run(now, ...Object.values(at));
  };
  const now = otherThan(value, column);
  write(now, key);
  return Promise.resolve({
    undo: () => {
      write(value, column in key ? { ...key, [column]: now } : key);
      database.close();
      return Promise.resolve();
    },
  });
}

const KEYS = ['ledger', 'seq', 'tx_index', 'event_index', 'log_index', 'item', 'ordinal', 'position'];

function otherThan(value: unknown, column: string): unknown {
  // Keys move where no other row is.
  if (typeof value === 'number') return value + (KEYS.includes(column) ? 1000 : 1);
  if (value === null) return /_ms$|number|seq|retracted_at/.test(column) ? 1 : 'x';
  if (Buffer.isBuffer(value)) {
    const bytes = Buffer.from(value);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    return bytes;
  }
  const text = String(value);
  const at = text.length >> 1;
  return `${text.slice(0, at)}${text[at] === '1' ? '2' : '1'}${text.slice(at + 1)}`;
}
