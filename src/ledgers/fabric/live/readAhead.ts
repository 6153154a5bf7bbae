import type { RawBlock } from '../../../model/block.js';

/** How much is read ahead of whoever decodes: signatures are checked on while a batch is written. Bounded in blocks and bytes. */
const MAX_BLOCKS = 32;
const MAX_BYTES = 64 * 1024 * 1024;

interface Waiting {
  readonly block: RawBlock;
  readonly prepared: Promise<void>;
}

/** Yields the blocks of a source in order, reading a bounded number ahead and preparing each while others are worked on. */
export async function* readAhead(
  open: (signal: AbortSignal) => AsyncGenerator<RawBlock>,
  prepare: (block: RawBlock) => Promise<void>,
  signal: AbortSignal,
): AsyncGenerator<RawBlock> {
  const left = new AbortController();
  const queue = new BlockQueue();
  const filled = fill(queue, open(AbortSignal.any([signal, left.signal])), prepare);
  try {
    for (;;) {
      const next = await queue.take();
      if (next === null) return;
      await next.prepared;
      yield next.block;
    }
  } finally {
    left.abort();
    queue.stop();
    await filled;
  }
}

async function fill(
  queue: BlockQueue,
  source: AsyncGenerator<RawBlock>,
  prepare: (block: RawBlock) => Promise<void>,
): Promise<void> {
  try {
    for await (const block of source) {
      // Preparing only saves time: what is wrong with a block is said when it is decoded.
      const prepared = prepare(block).catch(() => undefined);
      if (!(await queue.put({ block, prepared }))) return;
    }
    queue.end(null);
  } catch (error) {
    queue.end({ error });
  }
}

/** A bounded queue between one who fills it and one who empties it. */
class BlockQueue {
  private readonly waiting: Waiting[] = [];
  private bytes = 0;
  private ended: { readonly error: { readonly error: unknown } | null } | null = null;
  private isStopped = false;
  private wake: (() => void)[] = [];

  /** Waits for room; false once nobody takes any more. */
  async put(item: Waiting): Promise<boolean> {
    this.waiting.push(item);
    this.bytes += item.block.bytes.length;
    this.changed();
    while (!this.isStopped && (this.waiting.length >= MAX_BLOCKS || this.bytes >= MAX_BYTES)) await this.change();
    return !this.isStopped;
  }

  /** The next in order; null at the end. Throws what ended the source. */
  async take(): Promise<Waiting | null> {
    for (;;) {
      const item = this.waiting.shift();
      if (item !== undefined) {
        this.bytes -= item.block.bytes.length;
        this.changed();
        return item;
      }
      if (this.ended?.error != null) throw this.ended.error.error;
      if (this.ended !== null || this.isStopped) return null;
      await this.change();
    }
  }

  end(error: { readonly error: unknown } | null): void {
    this.ended = { error };
    this.changed();
  }

  stop(): void {
    this.isStopped = true;
    this.changed();
  }

  private change(): Promise<void> {
    return new Promise((resolve) => this.wake.push(resolve));
  }

  private changed(): void {
    for (const resolve of this.wake.splice(0)) resolve();
  }
}
