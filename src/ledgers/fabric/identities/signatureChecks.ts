import { availableParallelism } from 'node:os';
import { isWellFormed, verifyBeside } from './signature.js';
import { SignatureThread, type SignatureToCheck } from './signatureThread.js';

/** A thread is handed this many at once: some milliseconds of work, so that telling costs little and all threads have some. */
const A_LIST = 64;
/** One list is worked on while the next one waits. */
const LISTS_A_THREAD = 2;
/** Fewer are checked in Node's thread pool: threads of one's own are worth it for a back-fill. */
const WORTH_THREADS = 2 * A_LIST;
const MAX_THREADS = 8;
const IDLE_MS = 10_000;
/** A thread that holds more keys than this is replaced. */
const MAX_KEYS = 10_000;

interface Job {
  readonly list: readonly SignatureToCheck[];
  readonly resolve: (answer: Uint8Array) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Checks signatures (with SHA-2) beside other work: many in threads of its own, which do nothing else and end when nothing came for a
 * while; few in Node's thread pool.
 */
export class SignatureChecks {
  private threads: SignatureThread[] = [];
  private readonly waiting: Job[] = [];
  private idle: NodeJS.Timeout | null = null;
  /** Threads that failed once are not tried again: the thread pool does their work. */
  private hasFailed = false;
  private isClosed = false;

  constructor(private readonly maxThreads = Math.min(MAX_THREADS, Math.max(1, availableParallelism() - 1))) {}

  /** Whether each holds. Rejects where threads fail under it: asked again, it is answered without them. */
  async check(list: readonly SignatureToCheck[]): Promise<boolean[]> {
    if (this.hasFailed || this.isClosed || list.length < WORTH_THREADS) return Promise.all(list.map(one));
    const formed = list.filter(({ key, signature }) => isWellFormed(key, signature));
    const lists = Array.from({ length: Math.ceil(formed.length / A_LIST) }, (_, i) =>
      formed.slice(i * A_LIST, (i + 1) * A_LIST),
    );
    const answers = await Promise.all(lists.map((some) => this.ask(some)));
    const holding = new Set(formed.filter((_, i) => answers[Math.floor(i / A_LIST)]?.[i % A_LIST] === 1));
    return list.map((signature) => holding.has(signature));
  }

  /** Ends its threads; what is asked afterwards is done in the thread pool. */
  async close(): Promise<void> {
    this.isClosed = true;
    await this.endThreads();
  }

  private ask(list: readonly SignatureToCheck[]): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ list, resolve, reject });
      this.dispatch();
    });
  }

  private dispatch(): void {
    while (this.waiting.length > 0) {
      const thread = this.freeThread();
      const job = thread === null ? undefined : this.waiting.shift();
      if (thread === null || job === undefined) return;
      void this.run(thread, job);
    }
  }

  private async run(thread: SignatureThread, { list, resolve, reject }: Job): Promise<void> {
    if (this.idle !== null) clearTimeout(this.idle);
    try {
      resolve(await thread.check(list));
      if (thread.size > MAX_KEYS && thread.pending === 0) this.replace(thread);
    } catch (error) {
      reject(error);
      this.fail(error);
    }
    this.dispatch();
    if (this.threads.every(({ pending }) => pending === 0)) this.endWhenIdle();
  }

  /** The one with the least to do; null where all have enough. */
  private freeThread(): SignatureThread | null {
    const [least] = this.threads.toSorted((a, b) => a.pending - b.pending);
    if (least?.pending === 0) return least;
    if (this.threads.length < this.maxThreads) return this.start();
    return least !== undefined && least.pending < LISTS_A_THREAD ? least : null;
  }

  private start(): SignatureThread {
    const thread = new SignatureThread();
    this.threads.push(thread);
    return thread;
  }

  private replace(thread: SignatureThread): void {
    this.threads = this.threads.filter((one) => one !== thread);
    void thread.end();
  }

  private fail(error: unknown): void {
    this.hasFailed = true;
    for (const { reject } of this.waiting.splice(0)) reject(error);
    void this.endThreads();
  }

  private endWhenIdle(): void {
    if (this.idle !== null) clearTimeout(this.idle);
    this.idle = setTimeout(() => void this.endThreads(), IDLE_MS).unref();
  }

  private async endThreads(): Promise<void> {
    if (this.idle !== null) clearTimeout(this.idle);
    await Promise.all(this.threads.splice(0).map((thread) => thread.end()));
  }
}

const one = ({ key, signed, signature }: SignatureToCheck): Promise<boolean> =>
  verifyBeside(key, Buffer.concat(signed), signature);
