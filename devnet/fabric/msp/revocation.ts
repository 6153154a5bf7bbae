import 'reflect-metadata';
import type { X509Certificate } from 'node:crypto';
import { X509Crl } from '@peculiar/x509';

/** The certificates that an MSP's revocation lists take back, by issuer and serial number. */
export class Revocations {
  private readonly revoked = new Set<string>();

  /** @throws {Error} where a list is not a certificate revocation list, in PEM or DER */
  constructor(lists: readonly Uint8Array[]) {
    for (const bytes of lists) {
      const text = Buffer.from(bytes).toString('utf8');
      const list = new X509Crl(text.includes('-----BEGIN') ? text : new Uint8Array(bytes));
      for (const entry of list.entries) this.revoked.add(key(list.issuer, entry.serialNumber));
    }
  }

  has(certificate: X509Certificate): boolean {
    return this.revoked.size > 0 && this.revoked.has(key(nameOf(certificate.issuer), certificate.serialNumber));
  }
}

function key(issuer: string, serial: string): string {
  const parts = issuer.split(', ').map((part) => part.trim());
  return `${parts.sort().join(',')}#${serial.toLowerCase().replace(/^0+/, '')}`;
}

/** Node prints a name as lines, the other library separated by commas. */
function nameOf(lines: string): string {
  return lines.split('\n').join(', ');
}
