import type { Ledger } from '../ledgers/ledger.js';
import type { DecodedBlock, RawBlock } from '../model/block.js';
import type { IndexedChain } from './chain.js';

/**
 * Decodes the next block. One that its orderers did not sign is taken only where no other endpoint shows another one in its place:
 * then it is marked. Errors: `LEDGER_CONTRADICTION`.
 */
export async function decodeConfirmed(
  ledger: Ledger,
  chain: IndexedChain,
  raw: RawBlock,
  signal: AbortSignal,
): Promise<DecodedBlock> {
  const block = chain.decode(raw);
  const { detail } = block;
  if (detail.kind === 'fabric' && !detail.signaturesVerified) await ledger.confirm?.(raw, signal);
  return block;
}
