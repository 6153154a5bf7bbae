import type { Identity } from '../identities/identity.js';
import type { Membership } from '../identities/membership.js';
import { verifyBeside, verifySignature } from '../identities/signature.js';

/** What a signature claims: that this identity signed these bytes. */
export interface Claim {
  readonly identity: Identity;
  readonly data: Uint8Array;
  readonly signature: Uint8Array;
  /** Whether the signature itself holds (with SHA-2); null while nobody has checked. */
  checked: boolean | null;
}

/** Checks the signatures of claims in the thread pool, so that judging them later costs next to nothing. */
export async function checkBeside(claims: readonly Claim[]): Promise<void> {
  await Promise.all(
    claims.map(async (claim) => {
      claim.checked ??= await verifyBeside(claim.identity.publicKey, claim.data, claim.signature);
    }),
  );
}

/** Whether the signature holds and its identity is valid under the configuration in force at that time. */
export function holds(claim: Claim, membership: Membership, atMs: number): boolean {
  return membership.holds(claim.identity, atMs) && signatureHolds(claim, membership);
}

export function signatureHolds(claim: Claim, membership: Membership): boolean {
  const family = membership.hashFamily(claim.identity.facts.mspId);
  if (family !== 'SHA2') return verifySignature(claim.identity.publicKey, claim.data, claim.signature, family);
  claim.checked ??= verifySignature(claim.identity.publicKey, claim.data, claim.signature);
  return claim.checked;
}
