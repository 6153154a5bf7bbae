import { X509Certificate } from 'node:crypto';
import type { SignerConfig } from '../config/index.js';
import { openSigner } from './openSigners.js';

/** What is to be said of a signer. */
export interface SignerFinding {
  readonly kind: 'ok' | 'warning' | 'problem';
  readonly text: string;
  readonly fix: string | null;
}

const EXPIRES_SOON_MS = 30 * 24 * 3_600_000;
const ENROL = 'Enrol again and put the new certificate and key in place.';

/** Whether a signer can sign: its key is read and belongs to its certificate, which is valid at `nowMs`. Errors: as `openSigners`. */
export function checkSigner(config: SignerConfig, nowMs: number): SignerFinding {
  const { identity, scheme, member } = openSigner(config);
  if (identity.kind === 'ethereum')
    return { kind: 'ok', text: `signs as ${identity.address} for ${member}`, fix: null };
  const certificate = new X509Certificate(identity.certificate);
  const from = Date.parse(certificate.validFrom);
  const until = Date.parse(certificate.validTo);
  const subject = certificate.subject.replaceAll('\n', ', ');
  const text = `signs as ${identity.mspId}, ${subject}, for ${member} (${scheme}), valid until ${new Date(until).toISOString()}`;
  if (until < nowMs) return { kind: 'problem', text: `${text}: expired`, fix: ENROL };
  if (from > nowMs) return { kind: 'problem', text: `${text}: not valid yet`, fix: 'Set the clock right, or wait.' };
  if (until - nowMs < EXPIRES_SOON_MS) return { kind: 'warning', text: `${text}: expires soon`, fix: ENROL };
  return { kind: 'ok', text, fix: null };
}
