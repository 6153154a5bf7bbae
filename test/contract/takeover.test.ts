import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { openStore } from '../../src/store/index.js';
import type { Store } from '../../src/store/store.js';
import { ETHEREUM_LEDGER } from '../support/blocks.js';
import { startPostgres, type TestPostgres } from '../support/postgres.js';

const path = (file: string): string => fileURLToPath(new URL(`../support/${file}`, import.meta.url));
const FLAGS = [
  '--experimental-transform-types',
  '--disable-warning=ExperimentalWarning',
  '--import',
  path('typescript.js'),
];
/** On a machine that does nothing else it takes 2 s and 5 s at most. */
const KILLED_WITHIN_MS = 20_000;
const STOPPED_WITHIN_MS = 30_000;

/** A process that ingests whenever it is its turn, and what it said. */
interface Replica {
  readonly process: ChildProcess;
  readonly said: readonly string[];
  /** Resolves once a line that begins so stands after the first `from` ones. */
  until(beginning: string, from?: number): Promise<string>;
  kill(): Promise<void>;
}

const running: Replica[] = [];

function startReplica(url: string, began: number): Replica {
  const child = spawn(process.execPath, [...FLAGS, path('turnChild.ts'), url, String(began)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const said: string[] = [];
  const looking = new Set<() => void>();
  let errors = '';
  let rest = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    said.push(...lines);
    for (const look of looking) look();
  });
  const until = (beginning: string, from = 0): Promise<string> =>
    new Promise((resolve, reject) => {
      const done = (): void => {
        clearTimeout(timer);
        looking.delete(look);
      };
      const look = (): void => {
        const found = said.slice(from).find((line) => line.startsWith(beginning));
        if (found === undefined) return;
        done();
        resolve(found);
      };
      const timer = setTimeout(() => {
        done();
        reject(new Error(`no ${beginning}; said ${said.slice(-5).join(', ')}; ${errors}`));
      }, 90_000);
      looking.add(look);
      look();
    });
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  };
  const replica = { process: child, said, until, kill };
  running.push(replica);
  return replica;
}

/** One that writes, and one that waits. */
async function startTwo(
  url: string,
): Promise<{ readonly store: Store; readonly first: Replica; readonly second: Replica }> {
  const store = await openStore(url);
  const began = Date.now() - 2_000;
  const first = startReplica(url, began);
  expect(await first.until('turn')).toBe('turn 1');
  const second = startReplica(url, began);
  await second.until('standby');
  await first.until('tip');
  return { store, first, second };
}

/** How long it took until the second one wrote. */
async function takenOver(replica: Replica, turn: string): Promise<number> {
  const since = Date.now();
  await replica.until(turn);
  await replica.until('tip', replica.said.indexOf(turn));
  return Date.now() - since;
}

const directory = mkdtempSync(join(tmpdir(), 'takeover-'));
let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterEach(async () => {
  for (const replica of running.splice(0)) await replica.kill();
});
afterAll(async () => {
  await postgres.close();
  rmSync(directory, { recursive: true, force: true });
});

describe.each([
  ['SQLite', () => Promise.resolve(`sqlite:${join(directory, 'index.db')}`)],
  ['PostgreSQL', () => postgres.database()],
] as const)('two processes on one %s', (_name, fresh) => {
  test('the one that waits goes on at once where the one that writes is killed', async () => {
    const { store, first, second } = await startTwo(await fresh());
    expect(second.said.filter((line) => line === 'standby')).toEqual(['standby']);
    await first.kill();
    expect(await takenOver(second, 'turn 2')).toBeLessThan(KILLED_WITHIN_MS);
    await second.kill();
    expect(await store.contradictions(ETHEREUM_LEDGER)).toEqual([]);
    await store.close();
  }, 240_000);
});

test('one that is stopped loses its turn, cannot write when it wakes up, and waits for the next (PostgreSQL)', async () => {
  const { store, first, second } = await startTwo(await postgres.database());
  first.process.kill('SIGSTOP');
  expect(await takenOver(second, 'turn 2')).toBeLessThan(STOPPED_WITHIN_MS);
  const before = first.said.length;
  first.process.kill('SIGCONT');
  await first.until('standby', before);
  expect(first.said.filter((line) => line.startsWith('turn'))).toEqual(['turn 1']);
  expect(await store.contradictions(ETHEREUM_LEDGER)).toEqual([]);
  await second.kill();
  await takenOver(first, 'turn 3');
  await first.kill();
  expect(await store.contradictions(ETHEREUM_LEDGER)).toEqual([]);
  await store.close();
}, 240_000);
