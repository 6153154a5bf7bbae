import type { BlockRef, RawBlock } from '../model/block.js';
import type { DecoderSeed, Ledger } from '../ledgers/ledger.js';

/**
 * What a decoder needs to go on after `previous`: the config block in force as the store kept it, or as the ledger tells it where
 * the index began after that block.
 */
export async function decoderSeed(
  ledger: Pick<Ledger, 'kind' | 'startBlock' | 'seed'>,
  previous: BlockRef | null,
  config: RawBlock | null,
  signal: AbortSignal,
): Promise<DecoderSeed> {
  // With the first block of such an index the store has the configuration in force, which another block set.
  const inTheMiddle = ledger.startBlock > 0 && (config === null || config.number === ledger.startBlock);
  if (previous === null) return inTheMiddle ? ledger.seed(ledger.startBlock, signal) : { config: null, previous: null };
  const told = inTheMiddle && ledger.kind === 'fabric' ? await ledger.seed(previous.number + 1, signal) : null;
  return { config: told?.config ?? config, previous };
}

/** The seed for a decoder that reads from `number` on, as the ledger tells it; none is needed at its very first block. */
export const seedAt = (
  ledger: Pick<Ledger, 'kind' | 'startBlock' | 'seed'>,
  number: number,
  signal: AbortSignal,
): Promise<DecoderSeed> =>
  number === 0 ? Promise.resolve({ config: null, previous: null }) : ledger.seed(number, signal);
