import { getAddress } from 'ethers';

/** A checksum costs a hash; a chain's blocks name the same addresses over and over. */
const KEPT_ADDRESSES = 20_000;

/** EIP-55 forms of 20-byte hex addresses, remembered up to a bound. */
export class Checksums {
  private readonly known = new Map<string, string>();

  /** `address`: 0x and forty hex digits in any case. */
  of(address: string): string {
    const known = this.known.get(address);
    if (known !== undefined) return known;
    if (this.known.size >= KEPT_ADDRESSES) this.known.clear();
    const checksummed = getAddress(address.toLowerCase());
    this.known.set(address, checksummed);
    return checksummed;
  }
}
