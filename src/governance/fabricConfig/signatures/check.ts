import { common } from '@hyperledger/fabric-protos';
import {
  Identities,
  isSignatureEncoding,
  normalizedSignature,
  type Identity,
  type MspRefusal,
} from '../../../ledgers/fabric/configuration.js';
import type { ParleyError } from '../../../errors/index.js';
import type { ConfigInForce } from '../inForce.js';
import { configSignature, configSignatureBytes } from './envelope.js';
import { refusal, type Refused } from './refusal.js';

/** Who made a signature. */
export interface ConfigSigner {
  readonly mspId: string;
  readonly subject: string;
  /** SHA-256 of the certificate, plain hex. */
  readonly fingerprint: string;
  /** Tells identities apart as Fabric does: by organisation and certificate. */
  readonly key: string;
}

/** Why a signature is not taken. */
export type SignatureRefusal =
  MspRefusal | 'MALFORMED' | 'UNKNOWN_MSP' | 'BROKEN_ENCODING' | 'WRONG_SIGNATURE' | 'DUPLICATE' | 'NOT_NEEDED';

export type CheckedSignature =
  | {
      readonly valid: true;
      readonly signer: ConfigSigner;
      readonly identity: Identity;
      /** The serialised `common.ConfigSignature` as Fabric takes it: DER with the lower S. */
      readonly signature: Uint8Array;
      /** SHA-256 of what it covers, plain hex. */
      readonly digest: string;
    }
  | { readonly valid: false; readonly reason: SignatureRefusal; readonly error: ParleyError };

/**
 * Checks a serialised `common.ConfigSignature` by itself: its creator's certificate leads to the MSP in force and is valid at the time,
 * neither expired nor revoked, and it signs signature header and update, these very bytes. DER or r‖s, low or high S.
 */
export function checkSignature(
  config: ConfigInForce,
  update: Uint8Array,
  signature: Uint8Array,
  atMs: number,
): CheckedSignature {
  const opened = open(signature);
  if (opened === null) return refusal('MALFORMED');
  const { header, identity } = opened;
  const unfit = config.membership.refusal(identity, atMs);
  if (unfit !== null) return refusal(unfit, identity.facts);
  const { bytes, digest } = configSignatureBytes(header, update);
  const normalized = normalize(config, identity, bytes, opened.signature);
  if (!(normalized instanceof Uint8Array)) return normalized;
  const taken = configSignature(header, normalized);
  return {
    valid: true,
    signer: signerOf(identity),
    identity,
    signature: taken,
    digest: Buffer.from(digest).toString('hex'),
  };
}

function normalize(
  { membership }: ConfigInForce,
  { facts, publicKey }: Identity,
  covered: Uint8Array,
  signature: Uint8Array,
): Uint8Array | Refused {
  if (publicKey === null || !isSignatureEncoding(publicKey, signature)) return refusal('BROKEN_ENCODING', facts);
  const family = membership.hashFamily(facts.mspId);
  return normalizedSignature(publicKey, covered, signature, family) ?? refusal('WRONG_SIGNATURE', facts);
}

function signerOf({ facts, certificate }: Identity): ConfigSigner {
  const fingerprint = certificate?.fingerprint256.replaceAll(':', '').toLowerCase() ?? '';
  return { mspId: facts.mspId, subject: facts.subject ?? '', fingerprint, key: `${facts.mspId}/${fingerprint}` };
}

function open(bytes: Uint8Array): { header: Uint8Array; signature: Uint8Array; identity: Identity } | null {
  try {
    const opened = common.ConfigSignature.deserializeBinary(bytes);
    const header = opened.getSignatureHeader_asU8();
    const creator = common.SignatureHeader.deserializeBinary(header).getCreator_asU8();
    const identity = new Identities(1).read(creator);
    return identity.facts.mspId === '' ? null : { header, signature: opened.getSignature_asU8(), identity };
  } catch {
    return null; // Said as a refusal.
  }
}
