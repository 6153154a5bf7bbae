import { getAddress, isAddress } from 'ethers';
import { ParleyError } from '../../../errors/index.js';

/** An address in any case, as EIP-55; an `INPUT_INVALID` where it is none. */
export function addressInput(text: string): string | ParleyError {
  if (isAddress(text)) return getAddress(text);
  return new ParleyError('INPUT_INVALID', 'That is not an address', {
    got: text,
    expected: '0x and 40 hex digits (EIP-55)',
  });
}
