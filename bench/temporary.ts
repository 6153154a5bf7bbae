import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A directory of a bench, under the system's temporary one. It is removed when it is disposed of and however the process ends, but for SIGKILL. */
export interface Temporary extends Disposable {
  readonly path: string;
}

export function temporaryDirectory(): Temporary {
  const path = mkdtempSync(join(tmpdir(), 'parley-bench-'));
  const remove = (): void => rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  const forget = atEnd(remove);
  return {
    path,
    [Symbol.dispose]() {
      remove();
      forget();
    },
  };
}

/** Ends the child at once when this process ends; where it has something to clear up itself, by SIGTERM. */
export function endWithBench<T extends ChildProcess>(child: T, signal: NodeJS.Signals = 'SIGKILL'): T {
  child.once(
    'exit',
    atEnd(() => child.kill(signal)),
  );
  return child;
}

/** What is still to be cleared: the latest first, so that nobody writes any more into what is removed. */
const left: (() => void)[] = [];

/** @returns what makes it no longer happen */
function atEnd(clear: () => void): () => void {
  if (left.length === 0) {
    process.on('exit', clearAll);
    for (const signal of SIGNALS) process.on(signal, end);
  }
  left.unshift(clear);
  return () => {
    const at = left.indexOf(clear);
    if (at !== -1) left.splice(at, 1);
    if (left.length > 0) return;
    process.off('exit', clearAll);
    for (const signal of SIGNALS) process.off(signal, end);
  };
}

const clearAll = (): void => left.forEach((clear) => clear());

const end = (signal: NodeJS.Signals): never => process.exit(128 + constants.signals[signal]);
