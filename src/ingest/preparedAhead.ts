import type { RawBlock } from '../model/block.js';
import type { BlockDecoder } from '../ledgers/ledger.js';

/** How many blocks are prepared beside the one that is decoded: enough to keep the thread pool busy. */
const BLOCKS_AHEAD = 8;

/** Yields blocks that no ledger has just read, each once it is prepared, while the next ones are being prepared. */
export async function* preparedAhead<Raw extends RawBlock>(
  blocks: readonly Raw[],
  decoder: Pick<BlockDecoder, 'prepare'>,
): AsyncGenerator<Raw> {
  const prepared: Promise<void>[] = [];
  for (const [at, block] of blocks.entries()) {
    for (const next of blocks.slice(prepared.length, at + 1 + BLOCKS_AHEAD)) prepared.push(prepare(decoder, next));
    await prepared[at];
    yield block;
  }
}

async function prepare(decoder: Pick<BlockDecoder, 'prepare'>, block: RawBlock): Promise<void> {
  // Preparing only saves time: what is wrong with a block is said when it is decoded.
  await decoder.prepare?.(block).catch(() => undefined);
}
