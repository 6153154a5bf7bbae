import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { root } from '../world.js';
import { Collected, socketOf, type StreamClientKind, type StreamResult } from './client.js';

const run = promisify(execFile);
const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
/** Where the client of the other language is kept; scripts/test.js says so where it is missing. */
const HOME = join(root, 'node_modules', '.cache', 'python-gql');
const INSTALL_WITHIN_MS = 120_000;

type Line = StreamResult | { readonly ended: string };

/** Python's gql over WebSocket, installed into an environment of its own on first use; null where Python or the package cannot be had. */
export async function pythonGql(): Promise<StreamClientKind | null> {
  const python = join(HOME, 'bin', 'python');
  if (!installed()) await install().catch(() => undefined);
  if (!installed()) return null;
  return {
    name: 'gql of Python',
    transport: 'WebSocket',
    connect(url) {
      const streams = new Set<Collected>();
      return {
        open(request) {
          const collected = new Collected();
          streams.add(collected);
          const child = spawn(python, [here('gql_client.py'), socketOf(url)], { stdio: ['pipe', 'pipe', 'inherit'] });
          child.stdin.write(`${JSON.stringify(request)}\n`);
          createInterface(child.stdout).on('line', (text) => {
            const line = JSON.parse(text) as Line;
            if ('ended' in line) collected.finish(line.ended);
            else collected.push(line);
          });
          child.once('exit', () => collected.finish(null));
          return collected.stoppedBy(() => child.kill('SIGTERM'));
        },
        close: () => {
          for (const stream of streams) stream.stop();
          return Promise.resolve();
        },
      };
    },
  };
}

/** What is installed, by its requirements: written last. */
const stamp = join(HOME, 'requirements.txt');
const wanted = (): string => readFileSync(here('requirements.txt'), 'utf8');
const installed = (): boolean => existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted();

async function install(): Promise<void> {
  const fresh = `${HOME}-${process.pid}`;
  mkdirSync(dirname(HOME), { recursive: true });
  const options = { timeout: INSTALL_WITHIN_MS };
  try {
    await run('python3', ['-m', 'venv', fresh], options);
    await run(
      join(fresh, 'bin', 'python'),
      ['-m', 'pip', 'install', '--quiet', '-r', here('requirements.txt')],
      options,
    );
    writeFileSync(join(fresh, 'requirements.txt'), wanted());
    rmSync(HOME, { recursive: true, force: true });
    renameSync(fresh, HOME);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}
