import { verify, X509Certificate, type KeyObject } from 'node:crypto';
import { p256, p384 } from '@noble/curves/nist.js';
import { ParleyError } from '../errors/index.js';
import type { SignatureScheme } from './signer.js';

/** How Fabric hashes what is signed, whatever the curve (`SignatureHashFamily` SHA2). Ed25519 takes the message as it is. */
export const FABRIC_HASH = 'sha256';

const curves = { ECDSA_P256_SHA256: p256, ECDSA_P384_SHA256: p384 } as const;
type EcdsaScheme = keyof typeof curves;

/** What a key signs with on Fabric; null where Fabric takes no such key. */
export function schemeOf(key: KeyObject): Extract<SignatureScheme, EcdsaScheme | 'ED25519'> | null {
  if (key.asymmetricKeyType === 'ed25519') return 'ED25519';
  if (key.asymmetricKeyType !== 'ec') return null;
  const curve = key.asymmetricKeyDetails?.namedCurve;
  if (curve === 'prime256v1') return 'ECDSA_P256_SHA256';
  return curve === 'secp384r1' ? 'ECDSA_P384_SHA256' : null;
}

/** An ECDSA signature as Fabric takes it: DER, with the lower of the two possible S. */
export function lowS(scheme: EcdsaScheme, signature: Uint8Array, format: 'der' | 'compact'): Uint8Array {
  const { Signature, Point } = curves[scheme];
  const read = Signature.fromBytes(signature, format);
  return (read.hasHighS() ? new Signature(read.r, Point.Fn.neg(read.s)) : read).toBytes('der');
}

/**
 * A signature that came from elsewhere, as Fabric takes it, once it is found to be one of these bytes by the certificate's key.
 * ECDSA: DER or IEEE P1363, high or low S. Errors: `SIGNATURE_INVALID`.
 */
export function normalisedSignature(certificatePem: string, message: Uint8Array, signature: Uint8Array): Uint8Array {
  const key = publicKeyOf(certificatePem);
  const scheme = schemeOf(key);
  if (scheme === null) throw refused('Fabric takes no key as the certificate has', key.asymmetricKeyType);
  if (scheme === 'ED25519') {
    if (verify(null, message, key, signature)) return signature;
    throw refused('The signature is not one of these bytes by that key', 'another signature');
  }
  const readings = [() => lowS(scheme, signature, 'compact'), () => lowS(scheme, signature, 'der')];
  for (const reading of readings) {
    const normalised = attempt(reading);
    if (normalised !== null && verify(FABRIC_HASH, message, key, normalised)) return normalised;
  }
  throw refused('The signature is not one of these bytes by that key', `${signature.length} bytes`);
}

function publicKeyOf(certificatePem: string): KeyObject {
  try {
    return new X509Certificate(certificatePem).publicKey;
  } catch (cause) {
    throw new ParleyError('INPUT_INVALID', 'The certificate is not a PEM certificate', { cause });
  }
}

/** Null where the bytes have not that form. */
function attempt(read: () => Uint8Array): Uint8Array | null {
  try {
    return read();
  } catch {
    return null; // Said by whoever tried every form.
  }
}

const refused = (what: string, got: unknown): ParleyError =>
  new ParleyError('SIGNATURE_INVALID', what, {
    got,
    expected: 'a signature of the bytes by the key of the certificate: DER or IEEE P1363, or Ed25519',
  });
