import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Progress } from '../app/index.js';
import { ParleyError } from '../errors/index.js';

/** Prints why a command failed, for a person: the code, what happened, the fix. Gives the exit code. */
export function reportFailure(error: unknown): number {
  if (error instanceof ParleyError) {
    process.stderr.write(`${error.code}: ${error.message}\n`);
    for (const line of detailLines(error.details)) process.stderr.write(`  ${line}\n`);
    return 1;
  }
  process.stderr.write(`INTERNAL: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return 1;
}

function detailLines(details: unknown): string[] {
  if (details === undefined || details === null) return [];
  const list = Array.isArray(details) ? details : [details];
  return list.slice(0, 20).map((detail) => (typeof detail === 'string' ? detail : JSON.stringify(detail)));
}

/** A rate and the time left, for long work: `1,234 of 5,000 blocks, 820/s, 4 s left`. */
export function progressText(progress: Progress): string {
  const number = (value: number): string => Math.round(value).toLocaleString('en');
  const { done, total, blocksPerSecond, secondsLeft } = progress;
  const left = secondsLeft === null || done >= total ? '' : `, ${durationText(secondsLeft * 1000)} left`;
  return `${number(done)} of ${number(total)} blocks, ${number(blocksPerSecond)}/s${left}`;
}

function durationText(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** One line that is written over on a terminal, and every few seconds a line of its own elsewhere. */
export function progressLine(): { show(text: string): void; end(): void } {
  const terminal = process.stderr.isTTY;
  let last = 0;
  return {
    show(text) {
      const now = Date.now();
      if (terminal) process.stderr.write(`\r\u001b[2K${text}`);
      else if (now - last > 5000) process.stderr.write(`${text}\n`);
      else return;
      last = now;
    },
    end() {
      if (terminal) process.stderr.write('\r\u001b[2K');
    },
  };
}

/** Writes a file that a command was asked for, with its directory where absent. Errors: CONFIG_INVALID where it cannot be written. */
export function writeOut(path: string, text: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  } catch (cause) {
    throw new ParleyError('CONFIG_INVALID', 'A file cannot be written', {
      got: cause instanceof Error ? cause.message : String(cause),
      fix: 'Name a place that may be written.',
      cause,
    });
  }
}
