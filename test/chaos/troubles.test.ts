import { execFileSync } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import { startAnvil, type TestChain } from '../../devnet/ethereum/index.js';
import { configDirectory, type ConfigDirectory } from '../support/ownParley.js';
import { killLeftovers, startParley } from '../support/parley.js';
import { eventually, root, sleep, type GraphAnswer } from '../support/world.js';
import { command } from './command.js';
import { expectClean, expectServing, headOf, indexed } from './running.js';
import { say, times, WHOLE } from './scale.js';

// What happens to a running Parley's machine: its disk, its store, its clock, its end.

let chain: TestChain;
let directory: ConfigDirectory;
const HEIGHT = times(3_000, 300);
beforeAll(async () => {
  chain = await startAnvil({ mining: 'manual' });
  await chain.mine(HEIGHT);
}, 240_000);
afterAll(() => chain.close());
beforeEach(() => {
  directory = configDirectory();
});
afterEach(async () => {
  await killLeftovers();
  directory.remove();
});

const configure = (name: string, more: Readonly<Record<string, unknown>> = {}): string => {
  const ethereum = { chainId: 31_337, rpc: [chain.rpc], finality: { tag: 'finalized' } };
  return directory.write(name, [{ name: 'settlement', ethereum }], more);
};

const isRoot = process.getuid?.() === 0;
/** A small file system of its own; false where this user may not mount one. */
function mountSmall(at: string, size: string): boolean {
  if (!isRoot) return false;
  try {
    mkdirSync(at, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', at], { stdio: 'pipe' });
    return true;
  } catch {
    return false;
  }
}
const remount = (at: string, options: string): unknown =>
  execFileSync('mount', ['-o', `remount,${options}`, at], { stdio: 'pipe' });

/** The long ones are the whole's: `npm test` has one quick case of each kind. */
const wholeTest = WHOLE ? test : test.skip;

describe('a disk', () => {
  let disk: string;
  let mounted: boolean;
  beforeEach(() => {
    disk = mkdtempSync(join(tmpdir(), 'parley-disk-'));
    mounted = mountSmall(disk, '200m');
    if (!mounted) say('  not run: a small disk (only root may mount one); the size of files is bounded instead');
  });
  afterEach(async () => {
    await killLeftovers();
    if (mounted) execFileSync('umount', ['-l', disk]);
    rmSync(disk, { recursive: true, force: true });
  });

  wholeTest(
    'that is full: Parley goes on serving what it has, says so, and goes on reading once there is room',
    async () => {
      if (!mounted) return;
      const config = configure('full', { store: { url: `sqlite:${disk}/full.db` } });
      const one = await startParley(config);
      await indexed(one, chain);
      const { blocks, bavail, bsize } = statfsSync(disk);
      remount(disk, `size=${(blocks - bavail) * bsize + 100_000}`);
      await chain.mine(HEIGHT);
      await eventually('the full disk is said', () => Promise.resolve(/full|STORE_UNAVAILABLE/i.test(one.output())));
      await expectServing(one);
      const ready = await fetch(`${one.url}/readyz`);
      expect([ready.status, await ready.text()]).toEqual([503, expect.stringContaining('settlement')]);
      remount(disk, 'size=200m');
      await indexed(one, chain);
      say(`  a full disk: indexed to ${await headOf(chain)} once there was room`);
      expect(await one.stop()).toBe(0);
      await expectClean(config);
    },
    240_000,
  );

  test('that bounds the size of files: the same', async () => {
    const config = configure('bounded', { store: { url: `sqlite:${directory.path}/bounded.db` } });
    const one = await startParley(config);
    execFileSync('prlimit', ['--pid', String(one.pid), `--fsize=400000:`]);
    await chain.mine(500);
    await eventually('the trouble is said', () =>
      Promise.resolve(/STORE_UNAVAILABLE|did not answer/.test(one.output())),
    );
    await expectServing(one);
    execFileSync('prlimit', ['--pid', String(one.pid), `--fsize=unlimited:`]);
    await indexed(one, chain);
    expect(await one.stop()).toBe(0);
    await expectClean(config);
  }, 240_000);

  wholeTest(
    'that becomes read-only: what is there is served, the trouble is said, and it goes on when it can be written again',
    async () => {
      if (!mounted) return;
      remount(disk, 'size=200m');
      const config = configure('readonly', { store: { url: `sqlite:${disk}/readonly.db` } });
      const first = await startParley(config);
      await indexed(first, chain);
      expect(await first.stop()).toBe(0);
      remount(disk, 'ro');
      const refused = await startParley(config).then(
        async (one) => {
          const answer = await expectServing(one);
          await one.kill();
          return JSON.stringify(answer);
        },
        (error: unknown) => String(error),
      );
      expect(refused).toMatch(/STORE_UNAVAILABLE|The store did not answer|"hash"/);
      expect(refused).not.toMatch(/\n\s+at .*\.js:\d+/);
      say(`  a read-only disk: ${refused.replace(/\s+/g, ' ').slice(-200)}`);
      remount(disk, 'rw');
      const again = await startParley(config);
      await chain.mine(3);
      await indexed(again, chain);
      expect(await again.stop()).toBe(0);
      await expectClean(config);
    },
    240_000,
  );
});

describe('a store', () => {
  wholeTest(
    'with corrupted pages is told from a whole one, breaks nothing else, and can be read anew',
    async () => {
      const config = configure('rotten');
      const first = await startParley(config);
      await indexed(first, chain);
      expect(await first.stop()).toBe(0);
      const path = join(directory.path, 'rotten.db');
      const { size } = statSync(path);
      const file = openSync(path, 'r+');
      const PAGE = 8_192;
      for (let page = 12; page * PAGE < size; page += 3)
        writeSync(file, Buffer.alloc(PAGE, 0xa5), 0, PAGE, page * PAGE);
      closeSync(file);
      const found = await command('verify', '--config', config);
      expect(found.code).not.toBe(0);
      expect(found.output).not.toMatch(/\n\s+at .*\.js:\d+/);
      say(`  corrupted pages: ${found.output.replace(/\s+/g, ' ').slice(0, 240)}`);
      const started = await startParley(config).then(
        async (one) => {
          await chain.mine(2);
          await eventually('it is said', () => Promise.resolve(one.output().includes('STORE_CORRUPT')));
          await expectServing(one);
          const said = one.output();
          await one.stop();
          return said;
        },
        (error: unknown) => String(error),
      );
      expect(started).toContain('STORE_CORRUPT');
      expect(started).toMatch(/Fix: /);
      for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
      const anew = await startParley(config);
      await indexed(anew, chain);
      expect(await anew.stop()).toBe(0);
      await expectClean(config);
    },
    240_000,
  );

  wholeTest(
    'of a newer Parley is refused with those words, and not touched',
    async () => {
      const config = configure('newer');
      const first = await startParley(config);
      expect(await first.stop()).toBe(0);
      const database = new Database(join(directory.path, 'newer.db'));
      const row = { name: '9999_future', timestamp: new Date().toISOString() };
      database.prepare('insert into kysely_migration (name, timestamp) values (@name, @timestamp)').run(row);
      database.close();
      for (const args of [['start'], ['verify'], ['rebuild']]) {
        const { code, output } = await command(...args, '--config', config);
        expect([args, code, output]).toEqual([
          args,
          1,
          expect.stringContaining('a schema that this Parley does not know'),
        ]);
        expect(output).not.toMatch(/\n\s+at .*\.js:\d+/);
      }
    },
    240_000,
  );
});

describe('a clock', () => {
  test.each<[string, number]>([
    ['back a day', -86_400_000],
    ...(WHOLE
      ? ([
          ['forward a day', 86_400_000],
          ['back ten years', -315_360_000_000],
        ] as [string, number][])
      : []),
  ])(
    'that jumps %s stops nothing',
    async (what, offset) => {
      const clock = join(directory.path, 'clock');
      writeFileSync(clock, '0');
      const before = { NODE_OPTIONS: process.env.NODE_OPTIONS, CLOCK_FILE: process.env.CLOCK_FILE };
      Object.assign(process.env, { NODE_OPTIONS: `--import=${root}test/chaos/clock.js`, CLOCK_FILE: clock });
      const config = configure('clock');
      const one = await startParley(config).finally(() => {
        for (const [name, value] of Object.entries(before))
          if (value === undefined) delete process.env[name];
          else process.env[name] = value;
      });
      await indexed(one, chain);
      writeFileSync(clock, String(offset));
      await sleep(300);
      await chain.mine(3);
      const began = Date.now();
      await indexed(one, chain);
      await expectServing(one);
      writeFileSync(clock, '0');
      await sleep(300);
      await chain.mine(3);
      await indexed(one, chain);
      say(`  a clock ${what}: followed within ${Date.now() - began} ms`);
      expect(await one.stop()).toBe(0);
      if (WHOLE) await expectClean(config);
    },
    240_000,
  );
});

describe('SIGTERM under load', () => {
  test('ends what runs: every answer is whole or a typed refusal, and the exit is clean', async () => {
    const config = configure('term');
    for (let round = 0; round < times(5, 1); round += 1) {
      const one = await startParley(config);
      const answers: { status: number; text: string }[] = [];
      let cut = 0;
      let goes = true;
      const clients = Array.from({ length: 20 }, async () => {
        while (goes) {
          try {
            const response = await fetch(`${one.url}/graphql`, {
              method: 'POST',
              headers: { 'content-type': 'application/json' },
              body: JSON.stringify({
                query: '{ blocks(first: 50) { edges { node { hash transactions(first: 5) { totalCount } } } } }',
              }),
              signal: AbortSignal.timeout(20_000),
            });
            answers.push({ status: response.status, text: await response.text() });
          } catch {
            cut += 1; // Refused or closed between two requests: the server is gone or going.
            await sleep(20);
          }
        }
      });
      await chain.mine(50);
      await eventually('they are answered', () => Promise.resolve(answers.length > 10 + round * 50));
      const began = Date.now();
      const code = await one.stop();
      goes = false;
      await Promise.all(clients);
      expect(code).toBe(0);
      expect(Date.now() - began).toBeLessThan(40_000);
      for (const { status, text } of answers) {
        const body = JSON.parse(text) as GraphAnswer;
        if (status >= 500) expect(body.errors?.[0]?.extensions['code']).toMatch(/SHUTTING_DOWN|OVERLOADED/);
        else expect(JSON.stringify(body.errors ?? [])).not.toContain('INTERNAL');
      }
      say(
        `  SIGTERM under load: ${answers.length} answers, ${cut} connections refused, gone after ${Date.now() - began} ms`,
      );
    }
    const last = await startParley(config);
    await indexed(last, chain);
    await last.stop();
    await expectClean(config);
  }, 240_000);
});
