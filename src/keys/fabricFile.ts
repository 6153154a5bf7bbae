import { createPrivateKey, sign, X509Certificate, type KeyObject } from 'node:crypto';
import type { SignerConfig } from '../config/index.js';
import { ParleyError } from '../errors/index.js';
import { asFabricTakesIt, FABRIC_HASH, schemeOf } from './fabricSignature.js';
import type { Signer } from './signer.js';

type FabricConfig = Extract<SignerConfig, { kind: 'fabric' }>;

/**
 * A key in a PEM file, with its certificate. Errors: `CONFIG_INVALID` where either cannot be read, they do not belong together, or
 * Fabric takes no such key.
 */
export function fabricFileSigner(config: FabricConfig): Signer {
  const { id, member, mspId, certificatePem } = config;
  const key = readKey(config);
  const scheme = schemeOf(key);
  if (scheme === null)
    throw new ParleyError('CONFIG_INVALID', `signers: ${id} has a key that Fabric does not take`, {
      got: key.asymmetricKeyDetails?.namedCurve ?? key.asymmetricKeyType,
      expected: 'ECDSA P-256 or P-384, or Ed25519',
    });
  if (!readCertificate(config).checkPrivateKey(key))
    throw new ParleyError('CONFIG_INVALID', `signers: the certificate of ${id} is not one of its private key`, {
      fix: 'Put the certificate and the key of one enrolment in place.',
    });
  return {
    id,
    member,
    identity: { kind: 'fabric', mspId, certificate: certificatePem },
    scheme,
    sign: async (message) =>
      scheme === 'ED25519'
        ? sign(null, message, key)
        : asFabricTakesIt(scheme, sign(FABRIC_HASH, message, { key, dsaEncoding: 'ieee-p1363' })),
  };
}

function readKey({ id, privateKeyPem }: FabricConfig): KeyObject {
  try {
    return createPrivateKey(privateKeyPem);
  } catch {
    // The reason may quote what was read.
    throw new ParleyError('CONFIG_INVALID', `signers: the private key of ${id} cannot be read`, {
      expected: 'a PEM private key without a passphrase',
    });
  }
}

function readCertificate({ id, certificatePem }: FabricConfig): X509Certificate {
  try {
    return new X509Certificate(certificatePem);
  } catch (cause) {
    throw new ParleyError('CONFIG_INVALID', `signers: the certificate of ${id} cannot be read`, {
      expected: 'a PEM certificate',
      cause,
    });
  }
}
