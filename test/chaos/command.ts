import { spawn } from 'node:child_process';
import { root } from '../support/world.js';

/** Runs what was built, as `parley` does once it is; gives its exit code and all that it printed. */
export function command(...args: readonly string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['dist/src/main.js', ...args], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.once('exit', (code) => resolve({ code: code ?? -1, output }));
  });
}
