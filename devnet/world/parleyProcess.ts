import { createWriteStream } from 'node:fs';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { GUARD } from '../guardedChild.js';
import { repositoryRoot } from '../repositoryRoot.js';

/** Parley itself, as an operator would start it. */
export interface ParleyProcess {
  readonly pid: number;
  readonly url: string;
  readonly config: string;
  /** Where what it says is kept. */
  readonly log: string;
  /** Resolves with a reason once it has ended, however it ended. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

const READY_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 20_000;
/** What the guard says first. */
const GUARDED = /guarded process (\d+)\n/;

/** Starts Parley on a configuration and waits until it serves. It ends with this process, however this one ends. */
export async function startParley(config: string, log: string): Promise<ParleyProcess> {
  const main = join(repositoryRoot(), 'dist', 'src', 'main.js');
  const child = spawn('sh', ['-c', GUARD, 'sh', process.execPath, main, 'start', '--config', config], {
    detached: true, // Ctrl-C reaches the starter alone, which then stops everything in order.
  });
  const file = createWriteStream(log, { flags: 'w' });
  let said = '';
  const keep = (text: string): void => {
    if (said.length < 100_000) said += text;
    file.write(text.replace(GUARDED, ''));
  };
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', keep);
  const ended = new Promise<string>((resolve) =>
    child.once('exit', (code, signal) => resolve(signal === null ? `exit code ${String(code)}` : `signal ${signal}`)),
  );
  let over: string | null = null;
  void ended.then((reason) => (over = reason));
  const guarded = (): number => Number(GUARDED.exec(said)?.[1] ?? child.pid);
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    const timer = setTimeout(() => process.kill(guarded(), 'SIGKILL'), STOP_WITHIN_MS);
    await ended;
    clearTimeout(timer);
  };
  const url = await firstUrl(
    () => said,
    () => over,
    stop,
  );
  return { pid: guarded(), url, config, log, ended, stop };
}

async function firstUrl(said: () => string, over: () => string | null, stop: () => Promise<void>): Promise<string> {
  const until = Date.now() + READY_WITHIN_MS;
  for (;;) {
    const url = /"url":"(http:[^"]+)"/.exec(said())?.[1];
    if (url !== undefined) return url;
    const reason = over();
    if (reason !== null || Date.now() > until) {
      await stop();
      const words = said().replace(GUARDED, '').trim().slice(-4_000);
      throw new Error(`Parley did not start (${reason ?? 'it took too long'}). Its last words:\n${words}`);
    }
    await delay(50);
  }
}

/** Waits until every ledger has been read to its head, or until the bound. False where it has not. */
export async function untilReady(url: string, withinMs: number, signal: AbortSignal): Promise<boolean> {
  const until = Date.now() + withinMs;
  while (Date.now() < until && !signal.aborted) {
    const response = await fetch(`${url}/readyz`).catch(() => null);
    if (response?.status === 200) return true;
    await delay(100);
  }
  return false;
}
