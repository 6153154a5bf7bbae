/** The orders of the curves that Fabric's MSP takes (NIST SP 800-186, 3.2.1.3 and 3.2.1.4). */
const ORDERS: Readonly<Record<string, bigint>> = {
  prime256v1: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  secp384r1: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
};

/** An ECDSA signature in DER that was verified, with the lower of its two possible S; Fabric refuses the higher one. */
export function lowerS(curve: string, signature: Uint8Array): Uint8Array {
  const order = ORDERS[curve];
  if (order === undefined) {
    throw new Error(`The signer's key is on the curve ${curve}, expected one of ${Object.keys(ORDERS).join(', ')}`);
  }
  // SEQUENCE, its length, then two INTEGERs with lengths below 128: what a verifier took is no longer on these curves.
  const rest = Buffer.from(signature).subarray(2);
  const [r, afterR] = integer(rest);
  const [s] = integer(afterR);
  const integers = Buffer.concat([derInteger(r), derInteger(s > order / 2n ? order - s : s)]);
  return Buffer.concat([Buffer.from([0x30, integers.length]), integers]);
}

function integer(bytes: Buffer): readonly [value: bigint, rest: Buffer] {
  const length = bytes[1] ?? 0;
  const digits = bytes.subarray(2, 2 + length).toString('hex');
  if (bytes[0] !== 0x02 || length === 0 || digits.length !== 2 * length) {
    throw new Error('The signature is not ECDSA in DER: SEQUENCE{INTEGER r, INTEGER s}');
  }
  return [BigInt(`0x${digits}`), bytes.subarray(2 + length)];
}

/** X.690, 8.3: two's complement in as few bytes as may be. */
function derInteger(value: bigint): Buffer {
  const digits = value.toString(16);
  const bytes = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex');
  const signed = (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes;
  return Buffer.concat([Buffer.from([0x02, signed.length]), signed]);
}
