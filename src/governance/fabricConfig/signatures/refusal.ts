import { ParleyError } from '../../../errors/index.js';
import type { CheckedSignature, SignatureRefusal } from './check.js';

export type Refused = Extract<CheckedSignature, { valid: false }>;

interface Words {
  readonly what: string;
  readonly expected: string;
  readonly fix: string;
}

const certificate = 'a certificate of an organisation of the channel, valid now';
const other = 'Sign with another identity of the organisation.';
const again = 'Sign exactly the bytes of the request, with the key of its certificate.';

const WORDS: Readonly<Record<SignatureRefusal, Words>> = {
  MALFORMED: {
    what: 'The signature cannot be read',
    expected: 'a serialised common.ConfigSignature with its creator',
    fix: again,
  },
  NO_CERTIFICATE: { what: 'The signer has no readable certificate', expected: certificate, fix: other },
  AUTHORITY: { what: 'The signer is a certificate authority', expected: certificate, fix: other },
  FOREIGN: {
    what: 'The signer’s certificate does not lead to its organisation’s authorities as the channel has them now',
    expected: certificate,
    fix: other,
  },
  REVOKED: { what: 'The signer’s certificate is revoked', expected: certificate, fix: other },
  NO_ROLE: {
    what: 'The signer’s certificate has no one node role',
    expected: 'exactly one unit of client, peer, admin and orderer',
    fix: other,
  },
  EXPIRED: { what: 'The signer’s certificate has expired', expected: certificate, fix: other },
  NOT_YET_VALID: { what: 'The signer’s certificate is not valid yet', expected: certificate, fix: other },
  UNKNOWN_MSP: {
    what: 'The signer’s organisation is none of the channel’s',
    expected: certificate,
    fix: 'Let an organisation of the channel sign.',
  },
  BROKEN_ENCODING: {
    what: 'The signature’s bytes are no signature',
    expected: 'ECDSA in DER or as r‖s, or Ed25519, as the certificate’s key makes it',
    fix: again,
  },
  WRONG_SIGNATURE: {
    what: 'The signature is not one of these bytes by this certificate’s key',
    expected: 'a signature over signature header and update',
    fix: again,
  },
  DUPLICATE: {
    what: 'The signer has signed this update already',
    expected: 'one signature of each identity',
    fix: 'Nothing: its first signature counts.',
  },
  NOT_NEEDED: {
    what: 'The update does not need the signature of this signer',
    expected: 'an identity that a policy still misses',
    fix: 'Let an identity sign that the proposal names as missing.',
  },
};

/** `SIGNATURE_INVALID` with the reason in `details`. `missing`: who is still wanted. */
export function refusal(
  reason: SignatureRefusal,
  signer?: { readonly mspId: string; readonly subject: string | null },
  missing?: readonly string[],
): Refused {
  const { what, expected, fix } = WORDS[reason];
  const error = new ParleyError('SIGNATURE_INVALID', what, {
    ...(signer === undefined ? {} : { got: `${signer.subject ?? 'no certificate'} of ${signer.mspId}` }),
    expected: missing === undefined || missing.length === 0 ? expected : `one of ${missing.join(', ')}`,
    fix,
    details: { reason },
  });
  return { valid: false, reason, error };
}
