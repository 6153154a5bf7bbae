import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import type { TestChain } from '../../devnet/ethereum/index.js';
import { cpuOf } from '../cpu.js';
import { endWithBench } from '../temporary.js';
import { now, until } from './clock.js';

/** A Parley of its own, as an operator starts it. */
export interface Server {
  readonly pid: number;
  readonly url: string;
  readonly socket: string;
  /** Where its CPU profiles are once it has stopped; null where none was asked for. */
  readonly profiles: string | null;
  /** Bytes of memory that it holds now. */
  rss(): number;
  /** Seconds of CPU that it has used. */
  cpu(): number;
  /** Sum over all label sets of a metric. */
  metric(name: string): Promise<number>;
  ask<T>(query: string): Promise<T>;
  /** Waits until the chain's block of that number is indexed. */
  indexed(number: number, withinMs?: number): Promise<void>;
  stop(): Promise<void>;
  kill(): Promise<number>;
}

export interface ServerOptions {
  readonly directory: string;
  readonly name: string;
  readonly chain: TestChain;
  readonly store?: string;
  readonly profile?: boolean;
}

const PARLEY = fileURLToPath(new URL('../../src/main.js', import.meta.url));

function writeConfig({ directory, name, chain, store = `sqlite:./${name}.db` }: ServerOptions): string {
  const file = join(directory, `${name}.yaml`);
  const { chainId, rpc, ws } = chain;
  const document = {
    server: { port: 0 },
    store: { url: store },
    limits: { requestsPerMinute: 1_000_000 },
    network: { id: 'bench', name: 'Bench' },
    ledgers: [{ name: 'chain', ethereum: { chainId, rpc: [rpc], ws, finality: { depth: 64 } } }],
  };
  writeFileSync(file, stringify(document));
  return file;
}

export async function startServer(options: ServerOptions): Promise<Server> {
  const config = writeConfig(options);
  const profiles = options.profile === true ? join(options.directory, `${options.name}-profiles`) : null;
  if (profiles !== null) mkdirSync(profiles, { recursive: true });
  const flags = profiles === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${profiles}`];
  const child = endWithBench(
    spawn(process.execPath, [...flags, PARLEY, 'start', '--config', config], { stdio: ['ignore', 'pipe', 'pipe'] }),
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output = (output + text).slice(-20_000)));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  let url = '';
  await until(
    'Parley serves',
    () => {
      if (child.exitCode !== null) throw new Error(`Parley ended while it started:\n${output}`);
      url = /"url":"(http:[^"]+)"/.exec(output)?.[1] ?? '';
      return url !== '';
    },
    30_000,
  );
  const pid = child.pid ?? 0;
  const ask = async <T>(query: string): Promise<T> => {
    const body = JSON.stringify({ query });
    const response = await fetch(`${url}/graphql`, {
      ...{ method: 'POST', headers: { 'content-type': 'application/json' }, body },
    });
    return ((await response.json()) as { data: T }).data;
  };
  return {
    pid,
    url,
    profiles,
    ask,
    socket: `${url.replace('http', 'ws')}/graphql`,
    rss: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024,
    cpu: () => cpuOf(pid),
    metric: async (name) => {
      const text = await (await fetch(`${url}/metrics`)).text();
      const lines = text.split('\n').filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`));
      return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
    },
    indexed: (number, withinMs = 60_000) =>
      until(
        `block ${number} is indexed`,
        async () => {
          const { ledgers } = await ask<{ ledgers: readonly { height: string }[] }>('{ ledgers { height } }');
          return Number(ledgers[0]?.height) >= number;
        },
        withinMs,
      ),
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
    async kill() {
      const at = now();
      child.kill('SIGKILL');
      await ended;
      return at;
    },
  };
}
