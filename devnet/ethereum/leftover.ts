import { existsSync, readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

const END_TIMEOUT_MS = 10_000;
const POLL_MS = 20;

/**
 * Ends the node that an earlier start left behind (its starter was killed): two nodes on one state file overwrite each
 * other's chain. It is known by its pid file, and by the state file on its command line.
 */
export async function endLeftover(pidFile: string, stateFile: string): Promise<void> {
  const pid = existsSync(pidFile) ? Number(await readFile(pidFile, 'utf8')) : Number.NaN;
  if (!Number.isInteger(pid) || !runsOn(pid, stateFile)) return;
  process.kill(pid, 'SIGTERM');
  const deadline = Date.now() + END_TIMEOUT_MS;
  while (runsOn(pid, stateFile)) {
    if (Date.now() > deadline) throw new Error(`Process ${pid} keeps ${stateFile} and does not end. Fix: kill ${pid}`);
    await delay(POLL_MS);
  }
}

/** Remembers the node for the next start. */
export function rememberNode(pidFile: string, pid: number): Promise<void> {
  return writeFile(pidFile, String(pid));
}

function runsOn(pid: number, stateFile: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(stateFile);
  } catch {
    // No such process, or a system without /proc, where nothing is known about it.
    return false;
  }
}
