import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { root } from './world.js';

const run = promisify(execFile);
const INSTALL_WITHIN_MS = 300_000;

/**
 * The directory of an environment of Python's own, with packages of its index, made on first use and kept beside Node's packages; null where
 * Python or the packages cannot be had. `requirements`: exact versions, as pip takes them. scripts/test.js says so where it is missing.
 */
export async function pythonTool(name: string, requirements: string): Promise<string | null> {
  const home = join(root, 'node_modules', '.cache', `python-${name}`);
  // What is installed: written last.
  const stamp = join(home, 'requirements.txt');
  const isThere = (): boolean => existsSync(stamp) && readFileSync(stamp, 'utf8') === requirements;
  if (!isThere()) await install(home, requirements).catch(() => undefined);
  return isThere() ? join(home, 'bin') : null;
}

/** Several suites may do so at once: each makes its own, and the last one stays. */
async function install(home: string, requirements: string): Promise<void> {
  const fresh = `${home}-${process.pid}`;
  const options = { timeout: INSTALL_WITHIN_MS };
  mkdirSync(dirname(home), { recursive: true });
  try {
    await run('python3', ['-m', 'venv', fresh], options);
    const packages = requirements.split('\n').filter((line) => line !== '');
    await run(join(fresh, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', ...packages], options);
    writeFileSync(join(fresh, 'requirements.txt'), requirements);
    rmSync(home, { recursive: true, force: true });
    renameSync(fresh, home);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}
