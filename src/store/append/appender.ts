import { ParleyError, type ErrorCode } from '../../errors/index.js';
import { ThreadEnded, WorkerThread } from '../../lib/workerThread.js';
import type { PreparedAppend } from './prepared.js';

/** Less, as following brings it, is written sooner than a thread is asked: few blocks, unless they are a channel's large ones. */
const WORTH_A_THREAD_BLOCKS = 16;
const WORTH_A_THREAD_BYTES = 500_000;
/** A back-fill that is through needs the thread no more. */
const IDLE_MS = 10_000;

export interface AppendOrder {
  readonly work: PreparedAppend;
  /** See `Session.fences`. */
  readonly epoch: number | null;
}
/** Null once it is committed. */
export type AppendReply = ToldError | null;
/** An error as it crosses threads. */
export interface ToldError {
  readonly code: string | null;
  readonly what: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** Writes appends in another thread, each in one transaction over a connection of that thread's own. */
export interface Appender {
  takes(work: PreparedAppend): boolean;
  /** Resolves once it is committed. Errors: those of `append`. */
  write(work: PreparedAppend, epoch: number | null): Promise<void>;
  close(): Promise<void>;
}

/** `url`: of a SQLite store that is up to date. */
export function createAppender(url: string): Appender {
  // With the ending of this file: tests run the sources as they are.
  const file = new URL(`./appendThread${import.meta.url.slice(-3)}`, import.meta.url);
  const thread = new WorkerThread<AppendOrder, AppendReply>(file, {
    ...{ name: 'append', workerData: { url }, idleMs: IDLE_MS },
  });
  return {
    takes: ({ blocks }) =>
      blocks.length >= WORTH_A_THREAD_BLOCKS ||
      blocks.reduce((sum, { bytes }) => sum + bytes.length, 0) >= WORTH_A_THREAD_BYTES,
    write: async (work, epoch) => {
      const failure = await thread.ask({ work, epoch }).catch(unanswered);
      if (failure !== null) throw heard(failure);
    },
    close: () => thread.close(),
  };
}

/** The blocks may or may not have been committed: whoever goes on reads the checkpoint first. */
function unanswered(error: unknown): never {
  if (!(error instanceof ThreadEnded)) throw error;
  throw new ParleyError('STORE_UNAVAILABLE', 'The store did not answer', { got: error.message, cause: error });
}

export function told(error: unknown): ToldError {
  if (!(error instanceof ParleyError)) {
    return { code: null, what: error instanceof Error ? (error.stack ?? error.message) : String(error), facts: {} };
  }
  const { code, what, got, expected, fix, source, details } = error;
  return { code, what, facts: { got, expected, fix, source, details } };
}

const heard = ({ code, what, facts }: ToldError): Error =>
  code === null ? new Error(what) : new ParleyError(code as ErrorCode, what, facts);
