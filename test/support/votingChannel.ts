import Database from 'better-sqlite3';
import { copyFileSync } from 'node:fs';
import { LifecycleObserver } from '../../src/governance/fabricLifecycle/index.js';
import type { Observer } from '../../src/governance/mechanism.js';
import { Governing } from '../../src/ingest/governing.js';
import { packBytes, unpackBytes } from '../../src/store/rawBytes.js';
import type { Store } from '../../src/store/store.js';
import { decodeRecorded } from '../unit/ledgers/fabric/recorded.js';

/** Writes the recorded channel, with what its blocks say of proposals and votes. */
export async function indexRecorded(store: Store, observers?: readonly Observer[]): Promise<void> {
  await (
    await indexRecordedUntil(store, Number.MAX_SAFE_INTEGER, observers)
  )();
}

/** The same up to a block; what it gives writes the others. */
export async function indexRecordedUntil(
  store: Store,
  last: number,
  observers: readonly Observer[] = [new LifecycleObserver()],
): Promise<() => Promise<void>> {
  const blocks = decodeRecorded();
  const [first] = blocks;
  if (first === undefined) throw new Error('no recorded blocks');
  await store.declare({ id: first.ledger, kind: 'fabric', name: 'trade', startBlock: 0 });
  const governing = new Governing(first.ledger, observers, store);
  const write = (some: typeof blocks): Promise<void> => governing.whole(some, (derived) => store.append(derived, null));
  await write(blocks.filter(({ number }) => number <= last));
  return () => write(blocks.filter(({ number }) => number > last));
}

/** Opens a copy of an index to change what it says. */
export function tampered(path: string, copy: string, change: (database: Database.Database) => void): void {
  const source = new Database(path);
  source.pragma('wal_checkpoint(TRUNCATE)');
  source.close();
  copyFileSync(path, copy);
  const database = new Database(copy);
  change(database);
  database.close();
}

/** Changes the JSON of one row's state. */
export function changeState(
  database: Database.Database,
  where: { readonly table: 'proposal' | 'vote'; readonly number: number },
  change: (state: Record<string, unknown>) => void,
): void {
  const row = database.prepare(`select state from ${where.table} where number = ?`).get(where.number) as {
    state: string;
  };
  const state = JSON.parse(row.state) as Record<string, unknown>;
  change(state);
  database.prepare(`update ${where.table} set state = ? where number = ?`).run(JSON.stringify(state), where.number);
}

/** Turns one bit of the raw bytes of a block, packed again as the store would. */
export function changeByte(database: Database.Database, number: number, at: (bytes: Buffer) => number): void {
  const row = database.prepare('select seq, encoding, bytes from raw_block where number = ?').get(number) as {
    seq: number;
    encoding: number;
    bytes: Buffer;
  };
  const bytes = Buffer.from(unpackBytes(row, `block ${number}`));
  const place = at(bytes);
  bytes[place] = (bytes[place] ?? 0) ^ 1;
  const packed = packBytes(bytes);
  database
    .prepare('update raw_block set encoding = ?, bytes = ? where seq = ?')
    .run(packed.encoding, Buffer.from(packed.bytes), row.seq);
}
