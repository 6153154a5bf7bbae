import { createPrivateKey, sign as signWith, verify as verifyWith, type KeyObject } from 'node:crypto';

/** ECDSA as Fabric wants it: SHA-256, DER, and the lower of the two possible values of S. */

const ORDERS: Readonly<Record<string, bigint>> = {
  prime256v1: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  secp384r1: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
};

/** The order of the key's curve. @throws {Error} where Fabric has no such curve */
function orderOf(key: KeyObject): bigint {
  const curve = key.asymmetricKeyDetails?.namedCurve ?? String(key.asymmetricKeyType);
  const order = ORDERS[curve];
  if (order === undefined) throw new Error(`${curve} is not a curve of Fabric's; expected prime256v1 or secp384r1`);
  return order;
}

export type Sign = (data: Uint8Array) => Uint8Array;

/** Makes a signer of a PKCS8 PEM key. @throws {Error} where the key is not an elliptic curve key of Fabric's */
export function signerOf(privateKeyPem: string): Sign {
  const key = createPrivateKey(privateKeyPem);
  const order = orderOf(key);
  return (data) => {
    const raw = signWith('sha256', data, { key, dsaEncoding: 'ieee-p1363' });
    const half = raw.length / 2;
    const s = toBigInt(raw.subarray(half));
    const lowS = s > order / 2n ? order - s : s;
    return encodeSequence([integer(raw.subarray(0, half)), integer(fromBigInt(lowS))]);
  };
}

/** True where the signature is DER, has a low S, and was made over `data` by the key. */
export function verifyLowS(key: KeyObject, data: Uint8Array, signature: Uint8Array): boolean {
  if (key.asymmetricKeyType !== 'ec') return false;
  const s = readS(signature);
  if (s === null || s > orderOf(key) / 2n) return false;
  return verifyWith('sha256', data, key, signature);
}

/** True where an ECDSA signature of the curve P-256 has a low S. */
export function isLowS256(signature: Uint8Array): boolean {
  const s = readS(signature);
  return s !== null && s <= (ORDERS['prime256v1'] ?? 0n) / 2n;
}

/** DER SEQUENCE of already encoded parts. */
export function encodeSequence(parts: readonly Uint8Array[]): Uint8Array {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([0x30]), encodeLength(body.length), body]);
}

/** DER INTEGER of unsigned big-endian bytes. */
export function integer(bytes: Uint8Array): Uint8Array {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start++;
  const trimmed = bytes.subarray(start);
  const padded = (trimmed[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), trimmed]) : trimmed;
  return Buffer.concat([Buffer.from([0x02]), encodeLength(padded.length), padded]);
}

/** DER OCTET STRING. */
export function octetString(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from([0x04]), encodeLength(bytes.length), bytes]);
}

function encodeLength(length: number): Uint8Array {
  if (length < 0x80) return Buffer.from([length]);
  const bytes = fromBigInt(BigInt(length));
  return Buffer.concat([Buffer.from([0x80 | bytes.length]), bytes]);
}

/** S of a DER signature; null where it is none. Signatures of both curves are shorter than 128 bytes. */
function readS(signature: Uint8Array): bigint | null {
  if (signature[0] !== 0x30 || signature[1] !== signature.length - 2) return null;
  const r = readInteger(signature, 2);
  const s = r === null ? null : readInteger(signature, r.next);
  return s !== null && s.next === signature.length ? s.value : null;
}

function readInteger(der: Uint8Array, at: number): { value: bigint; next: number } | null {
  const length = der[at + 1];
  if (der[at] !== 0x02 || length === undefined || length === 0 || at + 2 + length > der.length) return null;
  const bytes = der.subarray(at + 2, at + 2 + length);
  return (bytes[0] ?? 0) >= 0x80 ? null : { value: toBigInt(bytes), next: at + 2 + length };
}

function toBigInt(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex') || '0'}`);
}

function fromBigInt(value: bigint): Uint8Array {
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
}
