import { X509Certificate } from 'node:crypto';

/** How deep a chain of certificates may be, the leaf not counted. */
const MAX_CHAIN_LENGTH = 8;

/** Every organisational unit of the certificate's subject. */
export function organizationalUnits(certificate: X509Certificate): readonly string[] {
  return certificate.subject
    .split(/\n| \+ /)
    .filter((part) => part.startsWith('OU='))
    .map((part) => part.slice('OU='.length));
}

/** @throws {Error} where the text is not a PEM certificate */
export function parseCertificate(pem: Uint8Array | string): X509Certificate {
  const text = typeof pem === 'string' ? pem : Buffer.from(pem).toString('utf8');
  if (!text.includes('-----BEGIN')) throw new Error('could not decode the PEM structure');
  return new X509Certificate(text);
}

/** True where `issuer` is a certificate authority that signed `certificate`. */
export function issued(issuer: X509Certificate, certificate: X509Certificate): boolean {
  return issuer.ca && certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

/**
 * The issuers of a certificate, from its own issuer up to a root; null where it leads to no root. Time is not looked at:
 * Fabric's MSPs judge a chain as of the day that the certificate was made, and expiry apart.
 */
export function chainOf(
  certificate: X509Certificate,
  roots: readonly X509Certificate[],
  intermediates: readonly X509Certificate[],
): readonly X509Certificate[] | null {
  const chain: X509Certificate[] = [];
  let current = certificate;
  while (chain.length < MAX_CHAIN_LENGTH) {
    const subject = current;
    const root = roots.find((candidate) => issued(candidate, subject));
    if (root !== undefined) return [...chain, root];
    const next = intermediates.find((candidate) => issued(candidate, subject));
    if (next === undefined) return null;
    chain.push(next);
    current = next;
  }
  return null;
}
