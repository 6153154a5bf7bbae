import { verify, type KeyObject } from 'node:crypto';
import { hex } from '../wire/bytes.js';
import { derChildren, derElement, derInteger, readDer, type DerElement } from '../wire/der.js';

const INTEGER = 0x02;
const SEQUENCE = 0x30;

/** Half the order of each curve that Fabric signs with: a signature whose S is above it is refused by every peer. */
const HALF_ORDER: ReadonlyMap<string, Buffer> = new Map([
  ['prime256v1', Buffer.from('7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8', 'hex')],
  [
    'secp384r1',
    Buffer.from(
      '7fffffffffffffffffffffffffffffffffffffffffffffffe3b1a6c0fa1b96efac0d06d9245853bd76760cb5666294b9',
      'hex',
    ),
  ],
]);

/** The hash families of an MSP's crypto configuration. */
export type HashFamily = 'SHA2' | 'SHA3';

/**
 * Fabric's signature check: ECDSA over SHA-256 (or SHA3-256) in DER with low S, or Ed25519. False for whatever is not exactly
 * that. Blocks the thread; see `verifyBeside`.
 */
export function verifySignature(
  key: KeyObject | null,
  data: Uint8Array,
  signature: Uint8Array,
  family: HashFamily = 'SHA2',
): boolean {
  if (key === null || !isWellFormed(key, signature)) return false;
  return verify(digestOf(key, family), data, key, signature);
}

/** As `verifySignature` with SHA-2, in the thread pool. */
export function verifyBeside(key: KeyObject | null, data: Uint8Array, signature: Uint8Array): Promise<boolean> {
  if (key === null || !isWellFormed(key, signature)) return Promise.resolve(false);
  return new Promise((resolve, reject) => {
    verify(digestOf(key, 'SHA2'), data, key, signature, (error, valid) => {
      if (error === null) resolve(valid);
      else reject(error);
    });
  });
}

function digestOf(key: KeyObject, family: HashFamily): string | null {
  if (key.asymmetricKeyType === 'ed25519') return null;
  return family === 'SHA3' ? 'sha3-256' : 'sha256';
}

/** Whether Fabric takes it for a signature by the key at all: DER with low S, or the 64 bytes of Ed25519. */
export function isWellFormed(key: KeyObject, signature: Uint8Array): boolean {
  if (key.asymmetricKeyType === 'ed25519') return signature.length === 64;
  const half = HALF_ORDER.get(key.asymmetricKeyDetails?.namedCurve ?? '');
  return half !== undefined && hasLowS(signature, half);
}

function hasLowS(signature: Uint8Array, half: Buffer): boolean {
  try {
    const sequence = readDer(signature, 0);
    const [, s, ...rest] = derChildren(signature, sequence);
    if (sequence.end !== signature.length || s === undefined || rest.length > 0) return false;
    let start = s.start;
    while (start < s.end && signature[start] === 0) start++;
    const digits = Buffer.from(signature.buffer, signature.byteOffset + start, s.end - start);
    return digits.length < half.length || (digits.length === half.length && digits.compare(half) <= 0);
  } catch {
    return false; // Not DER, so not a signature.
  }
}

/**
 * A signature in any of the forms that tools give (DER or r‖s, low or high S) as Fabric takes it; null where in none of them it is the
 * key's over the bytes.
 */
export function normalizedSignature(
  key: KeyObject,
  data: Uint8Array,
  signature: Uint8Array,
  family: HashFamily = 'SHA2',
): Uint8Array | null {
  if (key.asymmetricKeyType === 'ed25519') return verifySignature(key, data, signature) ? signature : null;
  const curve = key.asymmetricKeyDetails?.namedCurve;
  const forms = [signature, derOf(signature, HALF_ORDER.get(curve ?? '')?.length)];
  return (
    forms
      .map((form) => lowerOrNull(form, curve))
      .find((form) => form !== null && verifySignature(key, data, form, family)) ?? null
  );
}

/** Whether the bytes have the form of a signature by the key at all: DER or r‖s, or the 64 bytes of Ed25519. */
export function isSignatureEncoding(key: KeyObject, signature: Uint8Array): boolean {
  if (key.asymmetricKeyType === 'ed25519') return signature.length === 64;
  const width = HALF_ORDER.get(key.asymmetricKeyDetails?.namedCurve ?? '')?.length;
  return signature.length === 2 * (width ?? NaN) || isDerPair(signature);
}

function isDerPair(signature: Uint8Array): boolean {
  try {
    const sequence = readDer(signature, 0);
    const parts = derChildren(signature, sequence);
    const whole = sequence.tag === SEQUENCE && sequence.end === signature.length;
    return whole && parts.length === 2 && parts.every((part) => part.tag === INTEGER && part.end > part.start);
  } catch {
    return false; // Not DER at all.
  }
}

/** Bytes that are not wholly two numbers in DER are no signature. */
const lowerOrNull = (signature: Uint8Array, curve: string | undefined): Uint8Array | null =>
  isDerPair(signature) ? withLowS(signature, curve) : null;

/** r‖s as DER. */
function derOf(signature: Uint8Array, width = 0): Uint8Array {
  if (width === 0 || signature.length !== 2 * width) return signature;
  const [r, s] = [signature.subarray(0, width), signature.subarray(width)].map((part) => BigInt(`0x${hex(part)}`));
  return derElement(SEQUENCE, derInteger(r ?? 0n), derInteger(s ?? 0n));
}

/** The same ECDSA signature with the lower of its two S: signing gives the higher one half the time. */
export function withLowS(signature: Uint8Array, curve: string | undefined): Uint8Array {
  const half = HALF_ORDER.get(curve ?? '');
  if (half === undefined || hasLowS(signature, half)) return signature;
  const [r, s] = derChildren(signature, readDer(signature, 0));
  if (r === undefined || s === undefined) return signature;
  const number = (element: DerElement): bigint => BigInt(`0x${hex(signature.subarray(element.start, element.end))}`);
  const order = BigInt(`0x${hex(half)}`) * 2n + 1n;
  return derElement(SEQUENCE, derInteger(number(r)), derInteger(order - number(s)));
}
