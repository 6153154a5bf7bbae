import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ParleyError } from '../../src/errors/index.js';

/** Holds a world's directory for this process. Errors: CONFIG_INVALID where another living one holds it. */
export function holdDirectory(directory: string): { release(): void } {
  mkdirSync(directory, { recursive: true });
  const file = join(directory, 'starter.pid');
  const holder = readHolder(file);
  if (holder !== null && isStarter(holder))
    throw new ParleyError('CONFIG_INVALID', 'This world is running already', {
      got: `process ${holder}`,
      fix: 'Stop it with Ctrl-C first, or give another --directory.',
    });
  writeFileSync(file, String(process.pid));
  return { release: () => rmSync(file, { force: true }) };
}

function readHolder(file: string): number | null {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch {
    return null; // No file: nobody holds it.
  }
}

/** True where the process lives and is a starter of a world: a pid alone may have been given to another program since. */
function isStarter(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('devnet/main.js');
  } catch {
    return false; // The process is gone.
  }
}
