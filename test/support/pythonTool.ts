import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { root } from './world.js';

const run = promisify(execFile);
const INSTALL_WITHIN_MS = 300_000;
const LOOK_EVERY_MS = 250;

/**
 * The directory of an environment of Python's own, with packages of its index, made on first use and kept beside Node's packages; null where
 * Python or the packages cannot be had. `requirements`: exact versions, as pip takes them. scripts/test.js says so where it is missing.
 */
export async function pythonTool(name: string, requirements: string): Promise<string | null> {
  const home = join(root, 'node_modules', '.cache', `python-${name}`);
  // What is installed: written last.
  const stamp = join(home, 'requirements.txt');
  const isThere = (): boolean => existsSync(stamp) && readFileSync(stamp, 'utf8') === requirements;
  if (!isThere()) await inTurn(`${home}.lock`, async () => isThere() || (await install(home, requirements)));
  return isThere() ? join(home, 'bin') : null;
}

/** Several suites may want it at once: one makes it, the others wait; whoever was ended in the middle is waited for no longer than it may take. */
async function inTurn(lock: string, work: () => Promise<unknown>): Promise<void> {
  mkdirSync(dirname(lock), { recursive: true });
  while (!taken(lock)) await sleep(LOOK_EVERY_MS);
  try {
    await work().catch(() => undefined);
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

function taken(lock: string): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch {
    const since = statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (Date.now() - since > INSTALL_WITHIN_MS) rmSync(lock, { recursive: true, force: true });
    return false;
  }
}

async function install(home: string, requirements: string): Promise<void> {
  const fresh = `${home}-${process.pid}`;
  const options = { timeout: INSTALL_WITHIN_MS };
  try {
    const pip = await environment(fresh);
    const packages = requirements.split('\n').filter((line) => line !== '');
    await run(pip[0], [...pip.slice(1), 'install', '--quiet', '--disable-pip-version-check', ...packages], options);
    writeFileSync(join(fresh, 'requirements.txt'), requirements);
    rmSync(home, { recursive: true, force: true });
    renameSync(fresh, home);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

/** Makes one, and gives the words of its pip: Debian's Python without `python3-venv` has none to put there, but installs into another. */
async function environment(fresh: string): Promise<readonly [string, ...string[]]> {
  const python = join(fresh, 'bin', 'python');
  try {
    await run('python3', ['-m', 'venv', fresh]);
    return [python, '-m', 'pip'];
  } catch {
    rmSync(fresh, { recursive: true, force: true });
    await run('python3', ['-m', 'venv', '--without-pip', fresh]);
    return ['python3', '-m', 'pip', '--python', python];
  }
}
