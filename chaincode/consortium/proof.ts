import { createHash, verify, type X509Certificate } from 'node:crypto';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { parseFields } from '../common/json.js';
import { certificate, MAX_CERTIFICATE_CHARACTERS } from './organization.js';
import type { InvitationProof } from './invitation.js';

/** What an answer to an invitation has to show. */
export interface Claim {
  /** Of the invitation. */
  readonly principal: string;
  /** What the signature covers. */
  readonly bytes: Uint8Array;
  /** Certificates, PEM, that may stand between the signer and the root that the principal names, that root among them. */
  readonly certificates: readonly string[];
  /** ISO 8601: the signer's certificates are in force then. */
  readonly at: string;
}

const MAX_PROOF_CHARACTERS = 100_000;
/** Certificates between a signer and its root, and those that a proof may add. */
const MAX_CHAIN = 5;
const ETHEREUM_SIGNATURE_PATTERN = /^0x[0-9a-fA-F]{130}$/;
const BASE64_PATTERN = /^[A-Za-z0-9+/]+={0,2}$/;

/** Reads a proof: `{certificate, chain?, signature}` or `{signature}`. */
export function parseProof(json: string): InvitationProof {
  const fields = parseFields('proof', json, MAX_PROOF_CHARACTERS).only('certificate', 'chain', 'signature');
  const signature = fields.text('signature', 1, 1_000);
  if (!fields.has('certificate')) return { signature };
  return {
    certificate: fields.text('certificate', 1, MAX_CERTIFICATE_CHARACTERS),
    chain: fields.texts('chain', MAX_CHAIN, MAX_CERTIFICATE_CHARACTERS),
    signature,
  };
}

/** Throws unless the proof shows that the party that the principal names signed the bytes. */
export function requireProof(claim: Claim, proof: InvitationProof): void {
  if (claim.principal.startsWith('0x')) requireAddress(claim, proof);
  else requireCertificate(claim, proof);
}

/** SHA-256 of a certificate's DER, in lower-case hex. */
export function fingerprint(certificate: X509Certificate): string {
  return createHash('sha256').update(certificate.raw).digest('hex');
}

function requireCertificate({ principal, bytes, certificates, at }: Claim, proof: InvitationProof): void {
  if (!('certificate' in proof)) {
    throw new Error(`The invitation is for the root certificate ${principal}: expected proof.certificate, got none`);
  }
  const signer = certificate('proof.certificate', proof.certificate);
  const others = [...certificates, ...proof.chain].map((pem, index) => certificate(`certificate ${index + 1}`, pem));
  const root = [signer, ...others].find((candidate) => fingerprint(candidate) === principal);
  if (root === undefined) {
    throw new Error(`No root certificate has the fingerprint ${principal} that the invitation is for`);
  }
  requireChain(signer, root, others, Date.parse(at));
  if (!BASE64_PATTERN.test(proof.signature)) throw new Error('proof.signature is not base64');
  if (!signedBy(signer, bytes, Buffer.from(proof.signature, 'base64'))) {
    throw new Error("proof.signature is not by the key of proof.certificate over this answer's bytes");
  }
}

/** Whether the certificate's key made the signature: ECDSA in DER with SHA-256, S high or low; or Ed25519. */
export function signedBy(certificate: X509Certificate, bytes: Uint8Array, signature: Uint8Array): boolean {
  const key = certificate.publicKey;
  const digest = key.asymmetricKeyType === 'ed25519' ? null : 'sha256';
  if (digest !== null && key.asymmetricKeyType !== 'ec') {
    throw new Error(`The certificate's key is ${String(key.asymmetricKeyType)}, expected ec or ed25519`);
  }
  return verify(digest, bytes, key, signature);
}

/** Walks up from the signer; each certificate in force, each issuer an authority, none twice. */
function requireChain(signer: X509Certificate, root: X509Certificate, others: readonly X509Certificate[], at: number) {
  const name = fingerprint(root);
  let current = signer;
  for (let depth = 0; depth <= MAX_CHAIN; depth += 1) {
    if (at < Date.parse(current.validFrom) || at > Date.parse(current.validTo)) {
      throw new Error(
        `The certificate of ${current.subject} is in force from ${current.validFrom} to ${current.validTo}`,
      );
    }
    if (fingerprint(current) === name) return;
    const below = current;
    const issuer = [root, ...others].find((candidate) => issued(candidate, below));
    if (issuer === undefined) break;
    current = issuer;
  }
  throw new Error(`proof.certificate does not chain to the root certificate ${name} that the invitation is for`);
}

function issued(issuer: X509Certificate, certificate: X509Certificate): boolean {
  return issuer.ca && certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

function requireAddress({ principal, bytes }: Claim, proof: InvitationProof): void {
  if ('certificate' in proof) {
    throw new Error(`The invitation is for the address ${principal}: expected a proof without certificate`);
  }
  if (!ETHEREUM_SIGNATURE_PATTERN.test(proof.signature)) {
    throw new Error('proof.signature is not 65 bytes in hex with 0x, as EIP-191 (personal_sign) gives them');
  }
  const signer = recoverAddress(bytes, Buffer.from(proof.signature.slice(2), 'hex'));
  if (signer !== principal) {
    throw new Error(`proof.signature over this answer's bytes is by ${signer ?? 'nobody'}, expected ${principal}`);
  }
}

/** EIP-191, version 0x45: who signed, in lower case; null where the signature is of nobody. */
function recoverAddress(bytes: Uint8Array, signature: Uint8Array): string | null {
  const prefix = Buffer.from(`\x19Ethereum Signed Message:\n${bytes.length}`, 'utf8');
  const v = signature[64] ?? 0;
  const recovery = v >= 27 ? v - 27 : v;
  if (recovery > 1) return null;
  try {
    const point = secp256k1.Signature.fromBytes(signature.subarray(0, 64), 'compact')
      .addRecoveryBit(recovery)
      .recoverPublicKey(keccak_256(Buffer.concat([prefix, bytes])));
    const hash = keccak_256(point.toBytes(false).subarray(1));
    return `0x${Buffer.from(hash.subarray(12)).toString('hex')}`;
  } catch {
    // r or s of no point of the curve: a signature of nobody.
    return null;
  }
}
