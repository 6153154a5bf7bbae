import type { X509Certificate } from 'node:crypto';
import { readCertificate } from '../../../ledgers/fabric/configuration.js';
import { inputProblem } from '../problem.js';

/** A certificate of an organisation's definition: as PEM bytes, with the line end that files have, and read. */
export interface Pem {
  readonly bytes: Uint8Array;
  readonly certificate: X509Certificate;
}

const ONE = /^-----BEGIN CERTIFICATE-----\n[A-Za-z0-9+/=\n]+\n-----END CERTIFICATE-----$/;
/** The DER of the object identifier of the subject key identifier (RFC 5280, 4.2.1.2), without which Fabric takes no authority. */
const SUBJECT_KEY_IDENTIFIER = Buffer.from('0603551d0e', 'hex');

/** Reads certificates of authorities, valid at the time. `what` names the field. Throws `INPUT_INVALID`, saying which and why. */
export function authoritiesIn(texts: readonly string[], what: string, atMs: number): Pem[] {
  const list = texts.map((text, i) => readPem(text, `${what} ${i + 1}`, atMs));
  list.forEach(({ certificate }, i) => {
    const name = `${what} ${i + 1}`;
    if (!certificate.ca)
      throw bad(`${name} is not a certificate authority’s`, certificate.subject, 'a certificate with CA:TRUE');
    if (!certificate.raw.includes(SUBJECT_KEY_IDENTIFIER))
      throw bad(
        `${name} has no subject key identifier`,
        certificate.subject,
        'the extension, which Fabric asks of authorities',
      );
  });
  checkOnce(list, what);
  return list;
}

/** Reads certificates of identities, valid at the time. */
export function identitiesIn(texts: readonly string[], what: string, atMs: number): Pem[] {
  const list = texts.map((text, i) => readPem(text, `${what} ${i + 1}`, atMs));
  const authority = list.findIndex(({ certificate }) => certificate.ca);
  if (authority >= 0)
    throw bad(
      `${what} ${authority + 1} is a certificate authority’s`,
      list[authority]?.certificate.subject,
      'an identity',
    );
  checkOnce(list, what);
  return list;
}

/** Those that one of the authorities issued, directly or through others of the list. */
export function leadingTo(list: readonly Pem[], authorities: readonly Pem[]): Pem[] {
  const trusted = [...authorities];
  for (let grown = true; grown;) {
    const next = list.find((one) => !trusted.includes(one) && isIssued(one, trusted));
    grown = next !== undefined;
    if (next !== undefined) trusted.push(next);
  }
  return list.filter((one) => trusted.includes(one));
}

/** Throws `INPUT_INVALID` where one of the list does not lead to an authority. */
export function checkLeading(list: readonly Pem[], authorities: readonly Pem[], what: string): void {
  const led = leadingTo(list, authorities);
  const stray = list.findIndex((one) => !led.includes(one));
  if (stray < 0) return;
  const { issuer } = list[stray]?.certificate ?? { issuer: '' };
  throw bad(
    `${what} ${stray + 1} does not lead to a root certificate`,
    `issued by ${issuer}`,
    'a root certificate of the organisation as its issuer',
  );
}

/** Certificates as a configuration in force has them, in whatever form; those that cannot be read are left out. */
export const inForcePems = (list: readonly Uint8Array[]): Pem[] =>
  list.flatMap((bytes) => {
    const certificate = readCertificate(bytes);
    return certificate === null ? [] : [{ bytes, certificate }];
  });

const isIssued = ({ certificate }: Pem, authorities: readonly Pem[]): boolean =>
  authorities.some(
    ({ certificate: authority }) => certificate.checkIssued(authority) && certificate.verify(authority.publicKey),
  );

function readPem(text: string, name: string, atMs: number): Pem {
  const pem = text.replaceAll('\r\n', '\n').trim();
  const certificate = ONE.test(pem) ? readCertificate(pem) : null;
  if (certificate === null)
    throw bad(`${name} cannot be read`, text === '' ? 'an empty text' : text.slice(0, 60), 'one certificate as PEM');
  const [from, to] = [certificate.validFromDate, certificate.validToDate];
  if (atMs > to.getTime()) throw bad(`${name} has expired`, to.toISOString(), 'a certificate that is valid now');
  if (atMs < from.getTime())
    throw bad(`${name} is not valid yet`, from.toISOString(), 'a certificate that is valid now');
  return { bytes: Buffer.from(`${pem}\n`), certificate };
}

function checkOnce(list: readonly Pem[], what: string): void {
  const seen = new Set<string>();
  list.forEach(({ certificate }, i) => {
    if (seen.has(certificate.fingerprint256))
      throw bad(`${what} ${i + 1} stands there twice`, certificate.subject, 'every certificate once');
    seen.add(certificate.fingerprint256);
  });
}

const bad = (what: string, got: string | undefined, expected: string) =>
  inputProblem(what, {
    got: (got ?? '').replaceAll('\n', ', '),
    expected,
    fix: 'Give the organisation’s certificates as its certificate authority issued them.',
  });
