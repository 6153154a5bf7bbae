import { webcrypto, type webcrypto as types } from 'node:crypto';
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';

const ALGORITHMS = {
  'P-256': { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
  'P-384': { name: 'ECDSA', namedCurve: 'P-384', hash: 'SHA-256' },
  'P-521': { name: 'ECDSA', namedCurve: 'P-521', hash: 'SHA-256' },
  Ed25519: { name: 'Ed25519' },
} as const;

export interface SelfSigned {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

/** A key and a certificate of it, made afresh. */
export async function selfSigned(
  kind: keyof typeof ALGORITHMS,
  valid: { readonly from?: Date; readonly until?: Date } = {},
): Promise<SelfSigned> {
  const algorithm = ALGORITHMS[kind];
  const keys = (await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as types.CryptoKeyPair;
  const dayMs = 86_400_000;
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: '01',
      name: `CN=${kind}, OU=client`,
      notBefore: valid.from ?? new Date(Date.now() - dayMs),
      notAfter: valid.until ?? new Date(Date.now() + 365 * dayMs),
      signingAlgorithm: algorithm,
      keys: keys as unknown as x509.X509CertificateCreateSelfSignedParams['keys'],
    },
    webcrypto as unknown as Crypto,
  );
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return { certificatePem: certificate.toString('pem'), privateKeyPem: x509.PemConverter.encode(pkcs8, 'PRIVATE KEY') };
}
