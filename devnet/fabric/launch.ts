import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startChild } from '../childProcess.js';
import type { RunningChild } from '../childProcess.js';
import { repositoryRoot } from '../repositoryRoot.js';
import { createWorld } from './material/world.js';
import type { FabricReady } from './ready.js';
import type { FabricOptions, RunningFabric } from './start.js';

const READY_TIMEOUT_MS = 60_000;

/** Embedded Fabric in a process of its own. */
export interface LaunchedFabric extends RunningFabric {
  readonly pid: number;
  readonly ready: FabricReady;
  /** Resolves with a reason once the process has ended, however it ended. */
  readonly ended: Promise<string>;
}

/**
 * Starts embedded Fabric as a child process and waits until it answers. It ends with this process, however this one ends.
 * @throws {Error} with the child's last words where it does not start, or where it is not built
 */
export async function launchFabric(options: FabricOptions): Promise<LaunchedFabric> {
  const child = await startProcess(options);
  const ready = JSON.parse(child.match[0]) as FabricReady;
  // What the child has just made or found is found again here: organisations, keys, genesis blocks.
  const world = await createWorld(options);
  return { ...world, pid: child.pid, ready, ended: child.ended, close: () => child.stop() };
}

async function startProcess(options: FabricOptions): Promise<RunningChild> {
  const main = join(repositoryRoot(), 'dist', 'devnet', 'fabric', 'main.js');
  if (!existsSync(main)) throw new Error(`Embedded Fabric is not built: ${main} is missing. Fix: npm run build`);
  mkdirSync(options.directory, { recursive: true, mode: 0o700 });
  const path = join(options.directory, 'options.json');
  writeFileSync(path, `${JSON.stringify(options, null, 2)}\n`);
  return startChild({
    name: 'Embedded Fabric',
    command: process.execPath,
    args: [main, path],
    ready: /\{"ready":true,[^\n]*\}(?=\n)/,
    readyTimeoutMs: READY_TIMEOUT_MS,
  });
}
