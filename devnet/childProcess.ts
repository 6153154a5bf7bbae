import { spawn, type ChildProcess } from 'node:child_process';

/** What a child has said is kept until it is ready, never more than this; an error text shows the end of it. */
const KEPT_OUTPUT_CHARACTERS = 64_000;
const SHOWN_OUTPUT_CHARACTERS = 4_000;
const STOP_TIMEOUT_MS = 10_000;

export interface ChildOptions {
  /** What it is to a reader of an error; the program where absent. */
  readonly name?: string;
  /** Program, or the absolute path of one. */
  readonly command: string;
  readonly args: readonly string[];
  /** Added to this process's own environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** The first match in the child's output means that it is ready; its groups are handed over. */
  readonly ready: RegExp;
  readonly readyTimeoutMs?: number;
  /** Written to the child's standard input, which is then left open: a child may end when it closes. */
  readonly input?: string;
}

export interface RunningChild {
  readonly pid: number;
  /** The groups of the `ready` pattern's match. */
  readonly match: readonly [whole: string, ...groups: (string | undefined)[]];
  /** Resolves with a reason once the child has ended, however it ended. */
  readonly ended: Promise<string>;
  /** Ends the child (SIGTERM, then SIGKILL after ten seconds) and waits for its end. */
  stop(): Promise<void>;
}

/** Starts a child process and waits until it says that it is ready. Throws with the child's last words where it does not. */
export async function startChild(options: ChildOptions): Promise<RunningChild> {
  const child = spawn(options.command, options.args, {
    env: { ...process.env, ...options.env },
    // A group of its own: Ctrl-C reaches the starter alone, which then stops everything in order.
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  // A child that ended before it read its input is reported by its exit, not by the broken pipe.
  child.stdin.on('error', () => undefined);
  if (options.input !== undefined) child.stdin.write(options.input);
  const ended = endOf(child);
  const match = await firstMatch(child, options, ended);
  const { pid } = child;
  if (pid === undefined) throw new Error(`${options.command} has no process id`);
  return { pid, match: [match[0], ...match.slice(1)], ended, stop: () => stopChild(child, ended) };
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal === null ? `exit code ${String(code)}` : `signal ${signal}`));
  });
}

function firstMatch(child: ChildProcess, options: ChildOptions, ended: Promise<string>): Promise<RegExpMatchArray> {
  const timeoutMs = options.readyTimeoutMs ?? 20_000;
  return new Promise((resolve, reject) => {
    let output = '';
    const fail = (why: string): void => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      reject(
        new Error(
          `${options.name ?? options.command} did not become ready: ${why}. Its last words: ${lastWords(output)}`,
        ),
      );
    };
    const timer = setTimeout(() => fail(`nothing matched ${String(options.ready)} in ${timeoutMs} ms`), timeoutMs);
    const onText = (text: string): void => {
      output = (output + text).slice(-KEPT_OUTPUT_CHARACTERS);
      const match = options.ready.exec(output);
      if (match === null) return;
      clearTimeout(timer);
      // From here on what it says is read and dropped, so that a full pipe never stops it.
      for (const stream of streams) stream?.off('data', onText).resume();
      resolve(match);
    };
    const streams = [child.stdout, child.stderr];
    for (const stream of streams) stream?.setEncoding('utf8').on('data', onText);
    void ended.then((reason) => fail(reason));
  });
}

function lastWords(output: string): string {
  return output.slice(-SHOWN_OUTPUT_CHARACTERS).trim() || '(none)';
}

async function stopChild(child: ChildProcess, ended: Promise<string>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await ended;
  clearTimeout(timer);
}
