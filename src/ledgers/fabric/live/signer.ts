import { createPrivateKey, sign, X509Certificate } from 'node:crypto';
import { msp } from '@hyperledger/fabric-protos';
import { ParleyError } from '../../../errors/index.js';
import { withLowS } from '../identities/signature.js';
import type { FabricClientIdentity } from '../options.js';

/** Who Parley is towards a peer. Keeps its key to itself. */
export interface ClientSigner {
  readonly mspId: string;
  readonly certificatePem: string;
  /** `msp.SerializedIdentity` bytes. */
  readonly serialized: Uint8Array;
  /** When the certificate ends. */
  readonly notAfter: Date;
  /** A signature over the message, as Fabric takes it: ECDSA with SHA-256, DER, low S; or Ed25519. */
  sign(message: Uint8Array): Uint8Array;
}

/** Throws `CONFIG_INVALID` where certificate and key are unreadable or do not belong together. */
export function clientSigner(ledger: string, identity: FabricClientIdentity): ClientSigner {
  const { certificate, key } = readIdentity(ledger, identity);
  const serialized = new msp.SerializedIdentity();
  serialized.setMspid(identity.mspId);
  serialized.setIdBytes(Buffer.from(identity.certificatePem));
  const isEdwards = key.asymmetricKeyType === 'ed25519';
  return {
    mspId: identity.mspId,
    certificatePem: identity.certificatePem,
    serialized: serialized.serializeBinary(),
    notAfter: certificate.validToDate,
    sign: (message) =>
      isEdwards
        ? sign(null, message, key)
        : withLowS(sign('sha256', message, key), key.asymmetricKeyDetails?.namedCurve),
  };
}

function readIdentity(
  ledger: string,
  identity: FabricClientIdentity,
): { certificate: X509Certificate; key: ReturnType<typeof createPrivateKey> } {
  try {
    const certificate = new X509Certificate(identity.certificatePem);
    const key = createPrivateKey(identity.privateKeyPem);
    if (!certificate.checkPrivateKey(key)) throw new RangeError('the private key is not the certificate’s');
    return { certificate, key };
  } catch (error) {
    // The reason names what is wrong and never quotes the key.
    throw new ParleyError('CONFIG_INVALID', `The identity of ledger ${ledger} cannot be used`, {
      source: ledger,
      got: error instanceof Error ? error.message : 'an unreadable certificate or key',
      expected: 'a PEM certificate and its PEM private key',
      fix: 'Put the certificate and the private key that belong together into `identity` of that ledger in parley.yaml.',
    });
  }
}
