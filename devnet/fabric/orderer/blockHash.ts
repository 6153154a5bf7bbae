import { createHash } from 'node:crypto';
import type { common } from '@hyperledger/fabric-protos';
import { encodeSequence, integer, octetString } from '../msp/ecdsa.js';

/** DER of a block's header: what is hashed for the next block's link, and what orderers sign. */
export function headerBytes(header: common.BlockHeader): Uint8Array {
  const number = Buffer.alloc(8);
  number.writeBigUInt64BE(BigInt(header.getNumber()));
  return encodeSequence([
    integer(number),
    octetString(header.getPreviousHash_asU8()),
    octetString(header.getDataHash_asU8()),
  ]);
}

export function headerHash(header: common.BlockHeader): Uint8Array {
  return sha256([headerBytes(header)]);
}

/** SHA-256 of the serialised envelopes, one after the other. */
export function dataHash(data: readonly Uint8Array[]): Uint8Array {
  return sha256(data);
}

export function sha256(parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}
