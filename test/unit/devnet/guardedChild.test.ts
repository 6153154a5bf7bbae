import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { startGuardedChild } from '../../../devnet/guardedChild.js';

async function gone(pid: number): Promise<boolean> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    if (!existsSync(`/proc/${pid}`)) return true;
    await delay(20);
  }
  return false;
}

const READY = /ready (\w+)/;
/** A program that says it is ready and, when told to end, takes its time to put things away. */
const PROGRAM = ['-c', 'trap "sleep 0.2; exit 3" TERM; echo ready steady; while :; do sleep 0.05; done'];

test('its process id is the program’s own, and stopping waits for the program’s end', async () => {
  const child = await startGuardedChild({ command: 'sh', args: PROGRAM, ready: READY });
  expect(child.match).toEqual([expect.stringContaining('ready steady'), 'steady']);
  expect(existsSync(`/proc/${child.pid}`)).toBe(true);
  await child.stop();
  expect(existsSync(`/proc/${child.pid}`)).toBe(false);
  expect(await child.ended).toBe('exit code 3');
});

test('a program that is killed ends its guard', async () => {
  const child = await startGuardedChild({ command: 'sh', args: PROGRAM, ready: READY });
  process.kill(child.pid, 'SIGKILL');
  expect(await child.ended).toBe('exit code 137');
});

test.each(['SIGTERM', 'SIGKILL'] as const)(
  'what a program left in its scratch directory goes with it, by %s',
  async (signal) => {
    const scratch = mkdtempSync(join(tmpdir(), 'parley-scratch-'));
    writeFileSync(join(scratch, 'state'), 'of a block');
    const child = await startGuardedChild({ command: 'sh', args: PROGRAM, ready: READY, scratch });
    expect(existsSync(scratch)).toBe(true);
    process.kill(child.pid, signal);
    await child.ended;
    expect(existsSync(scratch)).toBe(false);
  },
);

test('a program ends when its starter is killed', async () => {
  const script = `
    const { spawn } = require('node:child_process');
    const guard = process.argv[1];
    const child = spawn('sh', ['-c', guard, 'sh', 'sleep', '60'], { stdio: ['pipe', 'inherit', 'inherit'] });
    setInterval(() => undefined, 1000);`;
  const { GUARD } = await import('../../../devnet/guardedChild.js');
  const starter = spawn(process.execPath, ['-e', script, GUARD], { stdio: ['ignore', 'pipe', 'inherit'] });
  const pid = await new Promise<number>((resolve) => {
    starter.stdout.setEncoding('utf8').on('data', (text: string) => resolve(Number(/process (\d+)/.exec(text)?.[1])));
  });
  expect(existsSync(`/proc/${pid}`)).toBe(true);
  starter.kill('SIGKILL');
  expect(await gone(pid)).toBe(true);
});
