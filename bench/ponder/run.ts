import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { cpuOf } from '../cpu.js';
import { stopped } from '../served.js';
import { sleep } from '../streams/clock.js';
import { endWithBench } from '../temporary.js';

/** What indexing took. */
export interface Took {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly transfers: number;
}

const LOOK_EVERY_MS = 100;
const GIVE_UP_MS = 1_800_000;

/** Runs Ponder until it has the transfers. Loading and compiling itself is not counted: its time runs from its first answer over HTTP. */
export async function runPonder(directory: string, expected: number): Promise<Took> {
  const port = await freePort();
  const program = join(directory, 'node_modules', 'ponder', 'dist', 'esm', 'bin', 'ponder.js');
  const flags = ['--log-format', 'json', 'start', '--schema', 'bench', '-p', String(port), '-H', '127.0.0.1'];
  const child = endWithBench(
    spawn(process.execPath, [program, ...flags], {
      ...{ cwd: directory, stdio: ['ignore', 'pipe', 'pipe'] },
      env: { ...process.env, PONDER_TELEMETRY_DISABLED: 'true' },
    }),
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => (output = (output + text).slice(-5_000)));
  const look = (path: string): Promise<string | null> => {
    if (child.exitCode !== null) throw new Error(`Ponder ended:\n${output}`);
    return ask(`http://127.0.0.1:${port}${path}`);
  };
  try {
    await until(async () => (await look('/health')) !== null);
    const [started, before] = [performance.now(), cpuOf(child.pid ?? 0)];
    await until(async () => (await look('/ready')) !== null);
    let transfers = 0;
    await until(async () => (transfers = countIn(await look('/count'))) >= expected);
    return {
      ...{ seconds: (performance.now() - started) / 1_000, cpuSeconds: cpuOf(child.pid ?? 0) - before, transfers },
    };
  } catch (error) {
    throw new Error(`Ponder did not index:\n${output}`, { cause: error });
  } finally {
    await stopped(child);
  }
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const started = performance.now();
  while (!(await holds())) {
    if (performance.now() - started > GIVE_UP_MS) throw new Error(`Not within ${GIVE_UP_MS / 1_000} s`);
    await sleep(LOOK_EVERY_MS);
  }
}

/** The body of a good answer; null while there is none, which is what is waited for. */
async function ask(url: string): Promise<string | null> {
  try {
    const response = await fetch(url);
    const body = await response.text();
    return response.ok ? body : null;
  } catch {
    return null;
  }
}

const countIn = (body: string | null): number =>
  body === null ? 0 : Number((JSON.parse(body) as { readonly count: number | string }).count);

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
