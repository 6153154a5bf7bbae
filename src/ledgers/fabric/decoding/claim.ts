import type { Identity } from '../identities/identity.js';
import type { Membership } from '../identities/membership.js';
import type { SignatureChecks } from '../identities/signatureChecks.js';
import { verifySignature } from '../identities/signature.js';

/** What a signature claims: that this identity signed these bytes, one after the other. */
export interface Claim {
  readonly identity: Identity;
  readonly signed: readonly Uint8Array[];
  readonly signature: Uint8Array;
  /** Whether the signature itself holds (with SHA-2); null while nobody has checked. */
  checked: boolean | null;
}

/** Checks the signatures of claims in other threads, so that judging them later costs next to nothing. */
export async function checkBeside(claims: readonly Claim[], checks: SignatureChecks): Promise<void> {
  const open = claims.flatMap((claim) => {
    const { publicKey: key } = claim.identity;
    if (key === null) claim.checked = false;
    return key === null || claim.checked !== null ? [] : [{ claim, key, ...signatureOf(claim) }];
  });
  const answers = await checks.check(open);
  for (const [i, { claim }] of open.entries()) claim.checked = answers[i] ?? null;
}

const signatureOf = ({ signed, signature }: Claim): Pick<Claim, 'signed' | 'signature'> => ({ signed, signature });

/** Whether the signature holds and its identity is valid under the configuration in force at that time. */
export function holds(claim: Claim, membership: Membership, atMs: number): boolean {
  return membership.holds(claim.identity, atMs) && signatureHolds(claim, membership);
}

export function signatureHolds(claim: Claim, membership: Membership): boolean {
  const family = membership.hashFamily(claim.identity.facts.mspId);
  if (family !== 'SHA2') return verify(claim, family);
  claim.checked ??= verify(claim, family);
  return claim.checked;
}

const verify = ({ identity, signed, signature }: Claim, family: 'SHA2' | 'SHA3'): boolean =>
  verifySignature(identity.publicKey, Buffer.concat(signed), signature, family);
