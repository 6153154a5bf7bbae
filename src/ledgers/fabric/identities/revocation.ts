import { verify, type X509Certificate } from 'node:crypto';
import { hex, latin1 } from '../wire/bytes.js';
import { derChildren, readDer, type DerElement } from '../wire/der.js';

/** A certificate revocation list (RFC 5280), as far as an MSP needs it. */
export interface RevocationList {
  /** Serial numbers in plain hex, without leading zeros. */
  readonly serials: readonly string[];
  signedBy(authority: X509Certificate): boolean;
}

const INTEGER = 0x02;
const SEQUENCE = 0x30;
/** Signature algorithms by the hex of their object identifier's content. */
const DIGESTS: Readonly<Record<string, string>> = {
  '2a8648ce3d040302': 'sha256',
  '2a8648ce3d040303': 'sha384',
  '2a8648ce3d040304': 'sha512',
  '2a864886f70d01010b': 'sha256',
  '2a864886f70d01010c': 'sha384',
  '2a864886f70d01010d': 'sha512',
};

/** Reads a list from PEM or DER; null where the bytes are none. */
export function readRevocationList(bytes: Uint8Array): RevocationList | null {
  try {
    return openList(fromPem(bytes));
  } catch {
    return null; // An MSP with an unreadable list cannot have been accepted by the channel; there is nothing to revoke.
  }
}

/** A serial number in the form in which they are compared. */
export const serialOf = (certificate: X509Certificate): string =>
  certificate.serialNumber.toLowerCase().replace(/^0+/, '');

function openList(der: Uint8Array): RevocationList {
  const list = readDer(der, 0);
  const [signed, algorithm, signature] = derChildren(der, list);
  if (signed === undefined || algorithm === undefined || signature === undefined)
    throw new RangeError('A revocation list has three parts');
  const [oid] = derChildren(der, algorithm);
  const digest = oid === undefined ? undefined : DIGESTS[hex(der.subarray(oid.start, oid.end))];
  const covered = der.subarray(list.start, signed.end);
  return {
    serials: revokedSerials(der, signed),
    signedBy: (authority) =>
      digest !== undefined &&
      verify(digest, covered, authority.publicKey, der.subarray(signature.start + 1, signature.end)),
  };
}

/** The list of revoked certificates is the only SEQUENCE of SEQUENCEs that start with an INTEGER. */
function revokedSerials(der: Uint8Array, signed: DerElement): string[] {
  for (const part of derChildren(der, signed)) {
    if (part.tag !== SEQUENCE) continue;
    const serials = derChildren(der, part).map((entry) => entrySerial(der, entry));
    if (serials.length > 0 && serials.every((serial) => serial !== null)) return serials;
  }
  return [];
}

function entrySerial(der: Uint8Array, entry: DerElement): string | null {
  if (entry.tag !== SEQUENCE) return null;
  const [serial] = derChildren(der, entry);
  return serial?.tag === INTEGER ? hex(der.subarray(serial.start, serial.end)).replace(/^0+/, '') : null;
}

function fromPem(bytes: Uint8Array): Uint8Array {
  const match = /-----BEGIN [^-]+-----([A-Za-z0-9+/=\s]+)-----END/.exec(latin1(bytes));
  return match?.[1] === undefined ? bytes : Buffer.from(match[1], 'base64');
}
