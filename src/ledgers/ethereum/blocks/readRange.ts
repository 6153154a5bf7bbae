import type { RawBlock } from '../../../model/block.js';
import type { BlockReader } from './blockReader.js';

/** Batches that came and wait for their turn, for each that is asked for at once: so that the node has always something to do. */
const WAITING_FOR_EACH = 2;

/**
 * The blocks `from`–`to` in order, several batches asked for at once, and no more read ahead than twice as many besides. Where a block does
 * not follow from the one before, both are read once more: either an answer was old, or the chain changed under way, which
 * the one who asked sees by the parent hash.
 */
export async function* readRange(
  reader: BlockReader,
  from: number,
  to: number,
  concurrency: number,
  signal: AbortSignal,
): AsyncGenerator<RawBlock, void, undefined> {
  const ended = new AbortController();
  const stop = AbortSignal.any([signal, ended.signal]);
  const ahead = new ReadAhead(reader, from, to, concurrency, stop);
  try {
    let previous: RawBlock | null = null;
    for (;;) {
      signal.throwIfAborted();
      const blocks = await ahead.next();
      if (blocks === null) return;
      for (const block of blocks) {
        previous = await linked(reader, previous, block, stop);
        yield previous;
      }
    }
  } finally {
    ended.abort();
  }
}

/** Batches in order; `concurrency` of them are being asked for at any time, unless enough came already. */
class ReadAhead {
  private readonly underWay: Promise<readonly RawBlock[]>[] = [];
  private asked = 0;

  constructor(
    private readonly reader: BlockReader,
    private first: number,
    private readonly to: number,
    private readonly concurrency: number,
    private readonly stop: AbortSignal,
  ) {}

  /** Null at the end. */
  async next(): Promise<readonly RawBlock[] | null> {
    this.launch();
    const batch = this.underWay.shift();
    this.launch();
    return (await batch) ?? null;
  }

  private launch(): void {
    const most = this.concurrency * (1 + WAITING_FOR_EACH);
    while (
      this.asked < this.concurrency &&
      this.underWay.length < most &&
      this.first <= this.to &&
      !this.stop.aborted
    ) {
      const batch = numbersFrom(this.first, Math.min(this.reader.batchBlocks, this.to - this.first + 1));
      const reading = this.reader.many(batch, this.stop);
      this.asked += 1;
      // It is awaited in its turn; until then its failure is nobody's news. Its place stays taken: less is asked for after it.
      reading.then(
        () => this.answered(),
        () => undefined,
      );
      this.underWay.push(reading);
      this.first += batch.length;
    }
  }

  private answered(): void {
    this.asked -= 1;
    this.launch();
  }
}

async function linked(
  reader: BlockReader,
  previous: RawBlock | null,
  block: RawBlock,
  signal: AbortSignal,
): Promise<RawBlock> {
  if (previous === null || block.parentHash === previous.hash) return block;
  const [, again] = await reader.many([previous.number, block.number], signal);
  return again ?? block;
}

const numbersFrom = (first: number, count: number): number[] => Array.from({ length: count }, (_, i) => first + i);
