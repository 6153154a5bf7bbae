import { randomBytes } from 'node:crypto';
import { common, msp } from '@hyperledger/fabric-protos';
import type { KeyPair } from '../ports.js';
import { signerOf, type Sign } from './ecdsa.js';

/** Someone who signs: a user, a peer or an orderer, with the identity that verifies it. */
export interface SigningIdentity {
  readonly mspId: string;
  /** `msp.SerializedIdentity` */
  readonly serialized: Uint8Array;
  readonly sign: Sign;
}

/** The bytes by which a certificate is named in every message: `msp.SerializedIdentity`. */
export function serializeIdentity(mspId: string, certificatePem: string): Uint8Array {
  const identity = new msp.SerializedIdentity();
  identity.setMspid(mspId);
  identity.setIdBytes(Buffer.from(certificatePem));
  return identity.serializeBinary();
}

export function signingIdentity(mspId: string, keys: KeyPair): SigningIdentity {
  return { mspId, serialized: serializeIdentity(mspId, keys.certificatePem), sign: signerOf(keys.privateKeyPem) };
}

/** A signature header of the identity with a fresh nonce of 24 bytes. */
export function signatureHeader(creator: Uint8Array): common.SignatureHeader {
  const header = new common.SignatureHeader();
  header.setCreator(creator);
  header.setNonce(randomBytes(24));
  return header;
}
