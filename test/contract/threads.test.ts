import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import { fillChain, FIRST_BLOCK } from '../../bench/ethereumChain.js';
import { startAnvil } from '../../devnet/ethereum/index.js';

const BLOCKS = 60;
const path = (file: string): string => fileURLToPath(new URL(`../support/${file}`, import.meta.url));

test('what is proven and written in threads is what is proven and written without, errors too', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'threads-'));
  const [here, apart] = [join(directory, 'here.db'), join(directory, 'apart.db')];
  const chain = await startAnvil({ mining: 'manual' });
  try {
    await fillChain(chain, BLOCKS);
    const stdout = await child(
      ...['threadsChild.ts', chain.rpc, `sqlite:${here}`, `sqlite:${apart}`],
      ...[String(FIRST_BLOCK), String(FIRST_BLOCK + BLOCKS - 1)],
    );
    const last = await chain.request<{ hash: string }>('eth_getBlockByNumber', ['latest', false]);
    expect(JSON.parse(stdout)).toEqual({
      blocks: BLOCKS,
      same: true,
      again: `STORE_CORRUPT: ${FIRST_BLOCK + BLOCKS} on ${last.hash}`,
      fenced: 'STORE_FENCED: epoch 0',
    });
    expect(contentOf(apart)).toEqual(contentOf(here));
    expect(contentOf(here)['event']?.length).toBe(23 * BLOCKS);
  } finally {
    await chain.close();
    rmSync(directory, { recursive: true, force: true });
  }
});

test('what is written in a thread while the chain turns and observers ask for what is written: nothing fails, nothing is missing', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'threads-'));
  try {
    expect(JSON.parse(await child('threadedIngest.ts', directory, '4'))).toEqual({ runs: 4, failed: [] });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});

/** What a process prints that runs a file of `test/support`: threads of a process that jest runs would not read TypeScript. */
async function child(file: string, ...args: readonly string[]): Promise<string> {
  const flags = ['--experimental-transform-types', '--disable-warning=ExperimentalWarning'];
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...flags, '--import', path('typescript.js'), path(file), ...args],
    { env: { ...process.env, NODE_OPTIONS: '' } },
  );
  return stdout;
}

/** Every row of every table that ingest writes. */
function contentOf(file: string): Readonly<Record<string, readonly unknown[]>> {
  const database = new Database(file, { readonly: true });
  const names = database
    .prepare("select name from sqlite_master where type = 'table' and name not like 'kysely%' and name <> 'secret'")
    .pluck()
    .all() as string[];
  const content = names.map((name) => [name, database.prepare(`select * from "${name}"`).raw().all()] as const);
  database.close();
  return Object.fromEntries(content);
}
