import { performance } from 'node:perf_hooks';
import { ThreadEnded, WorkerThread } from '../../../lib/workerThread.js';
import { EndpointFault } from '../jsonRpc/endpointFault.js';
import type { ProveInThread } from '../options.js';
import type { Keccak } from './keccak.js';
import { proveAnswer, type AnswerText, type ProvenAnswer } from './proveAnswer.js';

/** Shorter answers are read sooner than a thread is asked. */
const WORTH_A_THREAD_CHARACTERS = 200_000;
const IDLE_MS = 10_000;

export type ProveReply =
  | { readonly answer: ProvenAnswer }
  | { readonly fault: Pick<EndpointFault, 'kind' | 'message' | 'retryAfterMs' | 'mayHaveArrived'> };

/** Above this share of its time since the last answer this thread counts as busy. */
const BUSY = 0.85;

/** Proves long answers in a thread of its own, others here. */
export class Prover {
  private readonly thread: WorkerThread<AnswerText, ProveReply> | null;
  private before = performance.eventLoopUtilization();

  constructor(
    private readonly keccak: Promise<Keccak>,
    private readonly inThread: ProveInThread,
  ) {
    // With the ending of this file: tests run the sources as they are.
    const file = new URL(`./proveThread${import.meta.url.slice(-3)}`, import.meta.url);
    this.thread = inThread === 'never' ? null : new WorkerThread(file, { name: 'prove', idleMs: IDLE_MS });
  }

  /** Throws `EndpointFault` where it is no answer. */
  async prove(answer: AnswerText): Promise<ProvenAnswer> {
    const keccak = await this.keccak;
    if (this.thread === null || !this.isForThread(answer)) return proveAnswer(answer, keccak);
    const reply = await this.thread.ask(answer).catch((error: unknown) => {
      // Proving changes nothing: where the thread failed, it is done here.
      if (error instanceof ThreadEnded) return { answer: proveAnswer(answer, keccak) };
      throw error;
    });
    if ('answer' in reply) return reply.answer;
    const { kind, message, retryAfterMs, mayHaveArrived } = reply.fault;
    throw new EndpointFault(kind, message, retryAfterMs, mayHaveArrived);
  }

  private isForThread({ text }: AnswerText): boolean {
    const { utilization } = performance.eventLoopUtilization(this.before);
    this.before = performance.eventLoopUtilization();
    return text.length >= WORTH_A_THREAD_CHARACTERS && (this.inThread === 'always' || utilization > BUSY);
  }

  async close(): Promise<void> {
    await this.thread?.close();
  }
}
