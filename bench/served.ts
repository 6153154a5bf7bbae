import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { until } from './streams/clock.js';
import { endWithBench } from './temporary.js';

/** A process of its own that serves. */
export interface Served {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

export interface Starting {
  /** Where its CPU profile goes; null where none is wanted. */
  readonly profiles?: string | null;
  /** What its environment has beside that of this process. */
  readonly env?: NodeJS.ProcessEnv;
}

/** Starts a program and waits for the address that it prints. */
export async function startProcess(
  program: URL,
  parameters: readonly string[],
  { profiles = null, env = {} }: Starting = {},
): Promise<Served> {
  if (profiles !== null) mkdirSync(profiles, { recursive: true });
  const flags = profiles === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${profiles}`, '--cpu-prof-interval=500'];
  const path = fileURLToPath(program);
  const child = endWithBench(
    spawn(process.execPath, [...flags, path, ...parameters], {
      ...{ stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } },
    }),
  );
  let output = '';
  let url = '';
  const hear = (text: string): void => {
    if (url !== '') return;
    output = (output + text).slice(-20_000);
    url = /"url":"(http:[^"]+)"/.exec(output)?.[1] ?? '';
  };
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', hear);
  await until(
    `${path} serves`,
    () => {
      if (child.exitCode !== null) throw new Error(`${path} ended while it started:\n${output}`);
      return url !== '';
    },
    30_000,
  );
  return { url, pid: child.pid ?? 0, stop: () => stopped(child) };
}

const GRACE_MS = 10_000;

/** Ends a child by SIGTERM, and by SIGKILL where it does not end. */
export function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
    child.once('exit', () => {
      clearTimeout(timer);
      resolve();
    });
    child.kill('SIGTERM');
  });
}
