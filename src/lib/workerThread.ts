import { parentPort, Worker } from 'node:worker_threads';

/** The thread ended before it answered: nobody knows how far it came. */
export class ThreadEnded extends Error {
  override readonly name = 'ThreadEnded';
}

interface Waiting<Reply> {
  resolve(reply: Reply): void;
  reject(error: ThreadEnded): void;
}

/** One thread that answers orders in their turn: started when it is first asked, ended when it was idle for a while. */
export class WorkerThread<Order, Reply> {
  #running: Running<Order, Reply> | null = null;

  /** `file`: what calls `answerOrders`. */
  constructor(
    private readonly file: URL,
    private readonly options: { readonly name: string; readonly workerData?: unknown; readonly idleMs: number },
  ) {}

  /** Errors: `ThreadEnded`. */
  ask(order: Order): Promise<Reply> {
    if (this.#running === null || this.#running.ended) {
      const { name, workerData, idleMs } = this.options;
      this.#running = new Running(new Worker(this.file, { workerData, name }), idleMs);
    }
    return this.#running.ask(order);
  }

  /** What was asked is answered before. */
  async close(): Promise<void> {
    await this.#running?.end();
  }
}

class Running<Order, Reply> {
  ended = false;
  readonly #waiting: Waiting<Reply>[] = [];
  readonly #gone: Promise<void>;
  #idle: NodeJS.Timeout | undefined;

  constructor(
    private readonly worker: Worker,
    private readonly idleMs: number,
  ) {
    worker.on('message', (reply: Reply) => this.#answered(reply));
    worker.on('error', (error: Error) => this.#fail(error.message));
    this.#gone = new Promise((resolve) =>
      worker.once('exit', () => {
        this.#fail('it ended');
        resolve();
      }),
    );
  }

  ask(order: Order): Promise<Reply> {
    clearTimeout(this.#idle);
    return new Promise((resolve, reject) => {
      // What cannot be handed over is refused here, and waits for no reply that would be another one's.
      this.worker.postMessage({ order });
      this.#waiting.push({ resolve, reject });
    });
  }

  async end(): Promise<void> {
    this.ended = true;
    clearTimeout(this.#idle);
    this.worker.postMessage('end');
    await this.#gone;
  }

  #answered(reply: Reply): void {
    this.#waiting.shift()?.resolve(reply);
    if (this.#waiting.length === 0 && !this.ended) this.#idle = setTimeout(() => void this.end(), this.idleMs);
  }

  #fail(why: string): void {
    this.ended = true;
    clearTimeout(this.#idle);
    for (const { reject } of this.#waiting.splice(0))
      reject(new ThreadEnded(`a thread of this process failed: ${why}`));
  }
}

/** The thread's side: answers orders one after the other. What `answer` throws ends the thread. Does nothing in the main thread. */
export function answerOrders<Order, Reply>(
  answer: (order: Order) => Promise<Reply>,
  onEnd?: () => Promise<void>,
): void {
  const port = parentPort;
  if (port === null) return;
  let last = Promise.resolve();
  port.on('message', (message: { readonly order: Order } | 'end') => {
    last = last.then(async () => {
      if (message !== 'end') return port.postMessage(await answer(message.order));
      await onEnd?.();
      port.close();
    });
  });
}
