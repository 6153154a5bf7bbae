import { X509Certificate } from 'node:crypto';
import { distinguishedName, nameAttributes } from '../../../lib/distinguishedName.js';
import type { CertificateFacts } from '../../../model/fabric.js';

/** Reads a certificate from PEM or DER; null where the bytes are none. */
export function readCertificate(bytes: Uint8Array | string): X509Certificate | null {
  try {
    return new X509Certificate(bytes);
  } catch {
    return null; // Whoever asked marks what it belonged to as unverified.
  }
}

export function certificateFacts(certificate: X509Certificate): CertificateFacts {
  return {
    subject: distinguishedName(certificate.subject),
    issuer: distinguishedName(certificate.issuer),
    notBefore: certificate.validFromDate.toISOString(),
    notAfter: certificate.validToDate.toISOString(),
    fingerprint: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
    pem: certificate.toString(),
  };
}

/** The facts of those of the given certificates that can be read. */
export function allCertificateFacts(list: readonly Uint8Array[]): CertificateFacts[] {
  return list.flatMap((bytes) => {
    const certificate = readCertificate(bytes);
    return certificate === null ? [] : [certificateFacts(certificate)];
  });
}

/** The organisational units of a certificate's subject. */
export function organizationalUnits(certificate: X509Certificate): string[] {
  return certificate.subject
    .split('\n')
    .flatMap(nameAttributes)
    .filter((attribute) => attribute.startsWith('OU='))
    .map((attribute) => attribute.slice(3).replaceAll(/\\(.)/g, '$1'));
}
