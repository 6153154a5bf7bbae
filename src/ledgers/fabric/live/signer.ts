import { createPrivateKey, sign, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
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

/** Expired files are looked at again this often at most. */
const LOOK_AGAIN_MS = 1_000;

/**
 * Throws `CONFIG_INVALID` where certificate and key are unreadable or do not belong together. Once the certificate has expired, the
 * files that it came from are read again, and what they hold is used as soon as it is valid: nobody has to start Parley again.
 */
export function clientSigner(
  ledger: string,
  identity: FabricClientIdentity,
  now: () => number = Date.now,
): ClientSigner {
  let used = usable(ledger, identity);
  let lookedMs = 0;
  const current = (): Usable => {
    const nowMs = now();
    if (nowMs < used.notAfter.getTime() || Math.abs(nowMs - lookedMs) < LOOK_AGAIN_MS) return used;
    lookedMs = nowMs;
    const renewed = readAgain(ledger, identity);
    if (renewed !== null && renewed.notAfter.getTime() > nowMs) used = renewed;
    return used;
  };
  return {
    mspId: identity.mspId,
    get certificatePem() {
      return current().certificatePem;
    },
    get serialized() {
      return current().serialized;
    },
    get notAfter() {
      return current().notAfter;
    },
    sign: (message) => used.sign(message),
  };
}

type Usable = Pick<ClientSigner, 'certificatePem' | 'serialized' | 'notAfter' | 'sign'>;

function usable(ledger: string, identity: FabricClientIdentity): Usable {
  const { certificate, key } = readIdentity(ledger, identity);
  const serialized = new msp.SerializedIdentity();
  serialized.setMspid(identity.mspId);
  serialized.setIdBytes(Buffer.from(identity.certificatePem));
  const isEdwards = key.asymmetricKeyType === 'ed25519';
  return {
    certificatePem: identity.certificatePem,
    serialized: serialized.serializeBinary(),
    notAfter: certificate.validToDate,
    sign: (message) =>
      isEdwards
        ? sign(null, message, key)
        : withLowS(sign('sha256', message, key), key.asymmetricKeyDetails?.namedCurve),
  };
}

/** Null where there are no files, or where they are just being written: the next look finds them whole. */
function readAgain(ledger: string, { mspId, files }: FabricClientIdentity): Usable | null {
  if (files === undefined) return null;
  try {
    const [certificatePem, privateKeyPem] = [files.certificate, files.privateKey].map((path) =>
      readFileSync(path, 'utf8'),
    );
    return usable(ledger, { mspId, certificatePem: certificatePem ?? '', privateKeyPem: privateKeyPem ?? '' });
  } catch {
    return null; // The refusal of the one in use is what is said.
  }
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
