import { describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { root } from '../support/world.js';

// What a command prints goes into a pipe that nobody reads to its end, as with `| head -1`.

type Stream = 'stdout' | 'stderr';

/** The real command whose stream nobody reads; gives its exit code and what the other stream said. */
function unheard(stream: Stream, ...args: readonly string[]): Promise<{ code: number | null; said: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['bin/parley.js', ...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    const other = stream === 'stdout' ? child.stderr : child.stdout;
    let said = '';
    other.setEncoding('utf8').on('data', (text: string) => (said += text));
    child[stream].destroy();
    child.once('close', (code) => resolve({ code, said: said.replace('Building …\n', '') }));
  });
}

describe('a command that nobody reads any more', () => {
  test.each(['--help', '--version', 'schema', 'compose', 'vote verify --help'])(
    'ends without a word, as by SIGPIPE: parley %s',
    async (words) => expect(await unheard('stdout', ...words.split(' '))).toEqual({ code: 141, said: '' }),
    60_000,
  );

  test('also where its errors are not read', async () => {
    expect(await unheard('stderr', 'doctor', '--config', '/nowhere/parley.yaml')).toEqual({ code: 141, said: '' });
  }, 60_000);
});
