import type { KeyObject } from 'node:crypto';
import type { SignatureScheme } from './signer.js';

/** How Fabric hashes what is signed, whatever the curve (`SignatureHashFamily` SHA2). Ed25519 takes the message as it is. */
export const FABRIC_HASH = 'sha256';

/** The orders of the curves (NIST SP 800-186, 3.2.1.3 and 3.2.1.4). */
const ORDERS = {
  ECDSA_P256_SHA256: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  ECDSA_P384_SHA256:
    0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
} as const;
type EcdsaScheme = keyof typeof ORDERS;

/** What a key signs with on Fabric; null where Fabric takes no such key. */
export function schemeOf(key: KeyObject): Extract<SignatureScheme, EcdsaScheme | 'ED25519'> | null {
  if (key.asymmetricKeyType === 'ed25519') return 'ED25519';
  if (key.asymmetricKeyType !== 'ec') return null;
  const curve = key.asymmetricKeyDetails?.namedCurve;
  if (curve === 'prime256v1') return 'ECDSA_P256_SHA256';
  return curve === 'secp384r1' ? 'ECDSA_P384_SHA256' : null;
}

/** A signature r‖s (IEEE P1363) as Fabric takes it: DER, with the lower of the two possible S. */
export function asFabricTakesIt(scheme: EcdsaScheme, signature: Buffer): Uint8Array {
  const half = signature.length / 2;
  const r = numberOf(signature.subarray(0, half));
  const s = numberOf(signature.subarray(half));
  const order = ORDERS[scheme];
  const integers = Buffer.concat([derInteger(r), derInteger(s > order / 2n ? order - s : s)]);
  // Two integers of at most 49 bytes: lengths below 128 stand in one byte.
  return Buffer.concat([Buffer.from([0x30, integers.length]), integers]);
}

const numberOf = (bytes: Buffer): bigint => BigInt(`0x${bytes.toString('hex')}`);

/** X.690, 8.3: two's complement in as few bytes as may be. */
function derInteger(value: bigint): Buffer {
  const digits = value.toString(16);
  const bytes = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex');
  const signed = (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes;
  return Buffer.concat([Buffer.from([0x02, signed.length]), signed]);
}
