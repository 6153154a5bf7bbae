import { createHash } from 'node:crypto';
import { acceptanceBytes, rejectionBytes } from './canonical.js';
import { noChanges, type Changes } from './changes.js';
import { requirePending, type Invitation } from './invitation.js';
import { MAX_MEMBERS, type Member } from './member.js';
import { parseDefinition } from './organization.js';
import { parseProof, requireProof } from './proof.js';
import type { Act } from './proposal.js';

/**
 * The invited party accepts: it becomes a member, JOINING, with a vote on what is proposed from now on. `members`: of this moment;
 * the caller only carries the answer.
 */
export function accept(
  networkId: string,
  invitation: Invitation,
  members: readonly Member[],
  answer: { readonly definition: string; readonly proof: string },
  { by, at }: Act,
): Changes {
  requirePending(invitation, at);
  const definition = parseDefinition(answer.definition);
  const { invitationId, principal } = invitation;
  const bytes = acceptanceBytes(networkId, invitationId, definition);
  const proof = parseProof(answer.proof);
  // Roots come from the definition alone: it is what they sign.
  const certificates = [...definition.rootCertificates, ...definition.intermediateCertificates];
  requireProof({ principal, bytes, certificates, at }, proof);
  const { mspId, name, accounts } = definition;
  if (members.some((member) => member.mspId === mspId)) throw new Error(`${mspId} is a member of the network already`);
  if (members.length >= MAX_MEMBERS) {
    throw new Error(`The network has ${members.length} members, expected at most ${MAX_MEMBERS}`);
  }
  const digest = createHash('sha256').update(bytes).digest('hex');
  const answered = answeredHere({ by, at });
  return {
    ...noChanges(),
    invitations: [{ ...invitation, ...answered, status: 'ACCEPTED', member: mspId }],
    members: [{ mspId, name, status: 'JOINING', joinedAt: at, accounts, invitationId }],
    organizations: [{ mspId, invitationId, definition, proof, digest, acceptedAt: at }],
  };
}

/** The invited party declines. Its proof's `chain` holds the root certificate, where the invitation names one. */
export function reject(networkId: string, invitation: Invitation, proof: string, { by, at }: Act): Changes {
  requirePending(invitation, at);
  const { invitationId, principal } = invitation;
  const bytes = rejectionBytes(networkId, invitationId);
  requireProof({ principal, bytes, certificates: [], at }, parseProof(proof));
  return { ...noChanges(), invitations: [{ ...invitation, ...answeredHere({ by, at }), status: 'REJECTED' }] };
}

/** One that was brought in waiting is this network's own once it is answered here. */
const answeredHere = ({ by, at }: Act): Pick<Invitation, 'answeredAt' | 'carriedBy' | 'imported'> => ({
  ...{ answeredAt: at, carriedBy: by, imported: undefined },
});
