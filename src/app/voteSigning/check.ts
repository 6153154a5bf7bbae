import { X509Certificate } from 'node:crypto';
import { ParleyError } from '../../errors/index.js';
import type { Meaning } from '../../model/signing.js';
import type { Identity, RequestFile } from './request.js';

/** Errors: `INPUT_INVALID` where the file tells another digest, or another signer, than its bytes. */
export function requireHonest(request: RequestFile, { digest, signer }: Meaning): void {
  if (!Buffer.from(digest).equals(request.digest))
    throw refused('The digest in the file is not that of its bytes', hex(request.digest), hex(digest));
  if (signer !== null && !isSame(signer, request.identity))
    throw refused('The bytes name another signer than the file', whoIs(signer), whoIs(request.identity));
}

function isSame(one: Identity, other: Identity): boolean {
  if ('address' in one || 'address' in other)
    return 'address' in one && 'address' in other && one.address.toLowerCase() === other.address.toLowerCase();
  return one.mspId === other.mspId && certificateOf(one.certificate).raw.equals(certificateOf(other.certificate).raw);
}

/** What the server's summary leaves unsaid of what the bytes say: names, functions, short arguments. */
export const missingIn = (summary: string, { essentials }: Meaning): readonly string[] =>
  [...new Set(essentials)].filter((word) => word !== '' && !summary.includes(word));

export const whoIs = (identity: Identity): string =>
  'address' in identity
    ? identity.address
    : `${identity.mspId}, ${certificateOf(identity.certificate).subject.replaceAll('\n', ', ')}`;

/** Errors: `INPUT_INVALID`. */
export function certificateOf(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch {
    throw new ParleyError('INPUT_INVALID', 'The certificate in the request cannot be read', {
      expected: 'an X.509 certificate in PEM',
    });
  }
}

const refused = (what: string, got: string, expected: string): ParleyError =>
  new ParleyError('INPUT_INVALID', what, {
    got,
    expected,
    fix: 'Do not sign it: the file was changed, or whoever made it tells something else than it asks. Prepare the write again.',
  });

const hex = (bytes: Uint8Array): string => `0x${Buffer.from(bytes).toString('hex')}`;
