import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse, stringify } from 'yaml';
import { eventually, root } from './world.js';

export interface RunningParley {
  readonly pid: number;
  readonly url: string;
  output(): string;
  /** SIGTERM, and its exit code. */
  stop(): Promise<number>;
  /** kill -9. */
  kill(): Promise<void>;
}

/** Writes a configuration beside another one, with other values at the top level. Gives its path. */
export function configBeside(
  config: string,
  name: string,
  change: (document: Record<string, unknown>) => void,
): string {
  const document = parse(readFileSync(config, 'utf8')) as Record<string, unknown>;
  document.server = { port: 0 };
  document.store = { url: `sqlite:./${name}.db` };
  change(document);
  const file = join(dirname(config), `${name}.yaml`);
  writeFileSync(file, stringify(document));
  return file;
}

const running = new Set<RunningParley>();

/** Ends every Parley that a failed test left running. */
export async function killLeftovers(): Promise<void> {
  await Promise.all([...running].map((one) => one.kill()));
}

/** Starts a Parley of its own over a configuration, as an operator does. `env`: beside this process's own. */
export async function startParley(config: string, env: Readonly<Record<string, string>> = {}): Promise<RunningParley> {
  const child = spawn(process.execPath, ['dist/src/main.js', 'start', '--config', config], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const ended = new Promise<number>((resolve) => child.once('exit', (code) => resolve(code ?? -1)));
  const url = await eventually('Parley serves', () => {
    if (child.exitCode !== null) throw new Error(`Parley ended while it started:\n${output}`);
    return Promise.resolve(/"url":"(http:[^"]+)"/.exec(output)?.[1]);
  });
  const parley: RunningParley = {
    pid: child.pid ?? 0,
    url,
    output: () => output,
    async stop() {
      child.kill('SIGTERM');
      return ended;
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
  running.add(parley);
  void ended.then(() => running.delete(parley));
  return parley;
}
