import { ParleyError } from '../../errors/index.js';

/** The block number that a `block` argument names; null for the latest. Errors: `INPUT_INVALID`. */
export function atBlock(block: string | null | undefined): number | null {
  if (block == null) return null;
  const number = BigInt(block);
  if (number >= 0n && number <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(number);
  throw new ParleyError('INPUT_INVALID', 'That is no block number', { got: block, expected: '0 or more' });
}
