import { ParleyError } from '../../errors/index.js';

/** The block number that a `block` argument names; null for the latest. Errors: `INPUT_INVALID`. */
export function atBlock(block: bigint | null | undefined): number | null {
  if (block == null) return null;
  if (block >= 0n && block <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(block);
  throw new ParleyError('INPUT_INVALID', 'That is no block number', { got: block.toString(), expected: '0 or more' });
}
