import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** `.parley/dev.json`, as docs and other tools know it. */
export interface DevFile {
  readonly parley: { readonly pid: number; readonly url: string; readonly config: string; readonly version: string };
  readonly fabric: {
    readonly kind: 'embedded' | 'real';
    readonly pids: Readonly<Record<string, number>>;
    readonly channels: Readonly<Record<string, { readonly id: string; readonly organizations: readonly string[] }>>;
    readonly organizations: Readonly<
      Record<
        string,
        {
          readonly peer: string;
          readonly connectionProfile: string;
          readonly users: Readonly<Record<string, { readonly certificate: string; readonly privateKey: string }>>;
        }
      >
    >;
  };
  readonly ethereum: {
    readonly pid: number;
    readonly rpc: string;
    readonly ws: string;
    readonly chainId: number;
    readonly contracts: Readonly<Record<string, { readonly address: string; readonly abi: string }>>;
  };
}

export interface World {
  readonly directory: string;
  readonly dev: DevFile;
  /** Everything that `npm start` printed so far. */
  output(): string;
  /** Ctrl-C: waits until every process is gone. */
  stop(): Promise<number>;
  /** Stops and starts again on the same state. */
  restart(): Promise<World>;
  /** Stops and forgets everything. */
  dispose(): Promise<void>;
}

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Starts what `npm start` starts, in a directory of its own on free ports. */
export async function startWorld(
  args: readonly string[] = [],
  directory = mkdtempSync(join(tmpdir(), 'parley-world-')),
  env: Readonly<Record<string, string>> = {},
): Promise<World> {
  const child = spawn(process.execPath, ['dist/devnet/main.js', '--directory', directory, ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const ended = new Promise<number>((resolve) => child.once('exit', (code) => resolve(code ?? -1)));
  await untilLive(child, () => output);
  const dev = JSON.parse(readFileSync(join(directory, 'dev.json'), 'utf8')) as DevFile;
  const stop = async (): Promise<number> => {
    child.kill('SIGINT');
    return ended;
  };
  return {
    directory,
    dev,
    output: () => output,
    stop,
    async restart() {
      await stop();
      return startWorld(args, directory, env);
    },
    async dispose() {
      await stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

const LIVE = /The graph is live/;
const START_WITHIN_MS = 200_000;

async function untilLive(child: ChildProcess, output: () => string): Promise<void> {
  const started = Date.now();
  while (!LIVE.test(output())) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`the world ended while it started:\n${output()}`);
    if (Date.now() - started > START_WITHIN_MS) {
      child.kill('SIGINT');
      throw new Error(`the world was not live within ${START_WITHIN_MS} ms:\n${output()}`);
    }
    await sleep(100);
  }
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Longer than anything takes on the slowest machine: a wait ends with what it waits for, and only a fault waits this long. */
export const PATIENCE_MS = 90_000;

/** Waits until something holds, asking again and again; says what did not hold in time. */
export async function eventually<T>(
  what: string,
  probe: () => Promise<T | null | undefined | false>,
  withinMs = PATIENCE_MS,
): Promise<T> {
  const started = Date.now();
  for (;;) {
    const value = await probe();
    if (value !== null && value !== undefined && value !== false) return value;
    if (Date.now() - started > withinMs) throw new Error(`${what}: not within ${withinMs} ms`);
    await sleep(100);
  }
}

export interface GraphAnswer {
  readonly data: Record<string, unknown> | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions: Record<string, unknown>;
  }[];
  readonly extensions?: Record<string, unknown>;
}

/** Asks the graph as any client does. */
export async function ask(
  url: string,
  query: string,
  variables: Record<string, unknown> = {},
  operationName?: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<GraphAnswer> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json', ...headers },
    body: JSON.stringify({ query, variables, operationName }),
  });
  return (await response.json()) as GraphAnswer;
}

/** Runs the command as a user does; gives its exit code and all that it printed. */
export function parley(...args: readonly string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['bin/parley.js', ...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.once('exit', (code) => resolve({ code: code ?? -1, output }));
  });
}

/** True while a process of that id lives. */
export const alive = (pid: number): boolean => existsSync(`/proc/${pid}`);
