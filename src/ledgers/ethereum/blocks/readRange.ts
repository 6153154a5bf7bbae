import type { RawBlock } from '../../../model/block.js';
import type { BlockReader } from './blockReader.js';

/**
 * The blocks `from`–`to` in order, several batches under way at once and no more read ahead than those. Where a block does
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
  const underWay: Promise<readonly RawBlock[]>[] = [];
  let next = from;
  const launch = (): void => {
    while (underWay.length < concurrency && next <= to) {
      const batch = numbersFrom(next, Math.min(reader.batchBlocks, to - next + 1));
      const reading = reader.many(batch, stop);
      // It is awaited in its turn; until then its failure is nobody's news.
      reading.catch(() => undefined);
      underWay.push(reading);
      next += batch.length;
    }
  };
  try {
    let previous: RawBlock | null = null;
    for (launch(); ; launch()) {
      signal.throwIfAborted();
      const blocks = await underWay.shift();
      if (blocks === undefined) return;
      launch();
      for (const block of blocks) {
        previous = await linked(reader, previous, block, stop);
        yield previous;
      }
    }
  } finally {
    ended.abort();
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
