import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import type { KeyPair } from '../ports.js';
import { isLowS256 } from '../msp/ecdsa.js';

const KEY_ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const YEAR_MS = 365 * 24 * 3_600_000;
/** Before the present, so that machines whose clocks differ agree. */
const BACKDATE_MS = 3_600_000;
const AUTHORITY_YEARS = 15;
const LEAF_YEARS = 10;

/** What a certificate is for. */
export interface Subject {
  readonly commonName: string;
  readonly organization: string;
  /** client, admin, peer or orderer, for signing certificates. */
  readonly unit?: string;
  /** Host names and addresses, for TLS certificates. */
  readonly hosts?: readonly string[];
  readonly notAfter?: Date;
}

/** A root certificate authority: what it is, and how it issues. */
export interface Authority {
  readonly keys: KeyPair;
  issue(subject: Subject): Promise<KeyPair>;
}

type CryptoKeys = x509.X509CertificateCreateSelfSignedParams['keys'];

/** A new self-signed authority on the curve P-256. */
export async function createAuthority(commonName: string, organization: string): Promise<Authority> {
  const keys = await newKeys();
  const certificate = await lowS(async () =>
    x509.X509CertificateGenerator.createSelfSigned(
      {
        ...common({ commonName, organization }, AUTHORITY_YEARS),
        keys,
        extensions: [
          new x509.BasicConstraintsExtension(true, undefined, true),
          new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
          await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false, provider()),
        ],
      },
      provider(),
    ),
  );
  return authority(certificate, keys.privateKey, await pemOf(certificate, keys.privateKey));
}

/** The authority that a certificate and its PKCS8 key are. */
export async function openAuthority(keys: KeyPair): Promise<Authority> {
  const der = x509.PemConverter.decodeFirst(keys.privateKeyPem);
  const key = await crypto.subtle.importKey('pkcs8', der, KEY_ALGORITHM, true, ['sign']);
  return authority(new x509.X509Certificate(keys.certificatePem), key, keys);
}

function authority(certificate: x509.X509Certificate, signingKey: CryptoKeys['privateKey'], keys: KeyPair): Authority {
  return {
    keys,
    issue: async (subject) => {
      const leaf = await newKeys();
      const issued = await lowS(async () =>
        x509.X509CertificateGenerator.create(
          {
            ...common(subject, LEAF_YEARS),
            issuer: certificate.subject,
            publicKey: leaf.publicKey,
            signingKey,
            extensions: await leafExtensions(subject, leaf.publicKey, certificate),
          },
          provider(),
        ),
      );
      return pemOf(issued, leaf.privateKey);
    },
  };
}

/** What every certificate has. */
interface CommonParams {
  readonly serialNumber: string;
  readonly name: x509.JsonName;
  readonly subject: x509.JsonName;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly signingAlgorithm: typeof KEY_ALGORITHM;
}

function common(subject: Subject, years: number): CommonParams {
  const now = Date.now();
  const name: x509.JsonName = [
    { C: ['US'] },
    { O: [subject.organization] },
    ...(subject.unit === undefined ? [] : [{ OU: [subject.unit] }]),
    { CN: [subject.commonName] },
  ];
  return {
    // positive and at most 20 octets, as RFC 5280 wants a serial number
    serialNumber: `4${randomBytes(16).toString('hex').slice(1)}`,
    name,
    subject: name,
    notBefore: new Date(now - BACKDATE_MS),
    notAfter: subject.notAfter ?? new Date(now + years * YEAR_MS),
    signingAlgorithm: KEY_ALGORITHM,
  };
}

async function leafExtensions(
  subject: Subject,
  publicKey: CryptoKeys['publicKey'],
  issuer: x509.X509Certificate,
): Promise<x509.Extension[]> {
  const flags = x509.KeyUsageFlags;
  const identifiers = [
    await x509.SubjectKeyIdentifierExtension.create(publicKey, false, provider()),
    await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey, false, provider()),
  ];
  const basic = new x509.BasicConstraintsExtension(false, undefined, true);
  if (subject.hosts === undefined)
    return [new x509.KeyUsagesExtension(flags.digitalSignature, true), basic, ...identifiers];
  const { serverAuth, clientAuth } = x509.ExtendedKeyUsage;
  return [
    new x509.KeyUsagesExtension(flags.digitalSignature | flags.keyEncipherment, true),
    new x509.ExtendedKeyUsageExtension([serverAuth, clientAuth]),
    basic,
    ...identifiers,
    new x509.SubjectAlternativeNameExtension(
      subject.hosts.map((host) => ({
        type: /^[\d.]+$|:/.test(host) ? ('ip' as const) : ('dns' as const),
        value: host,
      })),
    ),
  ];
}

/** How often a certificate is signed again for a signature with a low S; each try has one chance in two. */
const MAX_TRIES = 100;

/** Fabric rewrites certificates whose signature has a high S; made with a low one, they are the same bytes everywhere. */
async function lowS(make: () => Promise<x509.X509Certificate>): Promise<x509.X509Certificate> {
  for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
    const certificate = await make();
    if (isLowS256(new Uint8Array(certificate.signature))) return certificate;
  }
  throw new Error(`No certificate with a low S came out of ${MAX_TRIES} tries`);
}

async function newKeys(): Promise<CryptoKeys> {
  return crypto.subtle.generateKey(KEY_ALGORITHM, true, ['sign', 'verify']);
}

async function pemOf(certificate: x509.X509Certificate, key: CryptoKeys['privateKey']): Promise<KeyPair> {
  const pkcs8 = await crypto.subtle.exportKey('pkcs8', key);
  return {
    certificatePem: `${certificate.toString('pem').trim()}\n`,
    privateKeyPem: `${x509.PemConverter.encode(pkcs8, 'PRIVATE KEY').trim()}\n`,
  };
}

/** Node's own Web Crypto, handed over explicitly: nothing is registered for the whole process. */
function provider(): typeof crypto {
  return crypto;
}
