import type { MemberAccount } from './member.js';

export type InvitationStatus = 'PENDING' | 'ACCEPTED' | 'REJECTED' | 'EXPIRED';

/** An invitation: made by the execution of an INVITE_MEMBER proposal, whose id it has. */
export interface Invitation {
  readonly invitationId: string;
  readonly name: string;
  /** SHA-256 fingerprint of the invited organisation's root certificate in hex, or an Ethereum address; lower case. */
  readonly principal: string;
  /** Absent where it was imported without one. */
  readonly proposalId?: string;
  /** EXPIRED is computed from `expiresAt`; stored only where it was imported. */
  readonly status: InvitationStatus;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly answeredAt?: string;
  /** MSP id of the member whose transaction carried the answer. */
  readonly carriedBy?: string;
  /** MSP id of the member that it became. */
  readonly member?: string;
  readonly imported?: true;
}

/** Amazon Managed Blockchain's rule: an invitation waits a week for its answer. */
const INVITATION_DAYS = 7;
const DAY_MS = 86_400_000;

/** A new invitation, made by an executed proposal. */
export function invite(proposalId: string, name: string, principal: string, at: string): Invitation {
  const expiresAt = new Date(Date.parse(at) + INVITATION_DAYS * DAY_MS).toISOString();
  return { invitationId: proposalId, name, principal, proposalId, status: 'PENDING', createdAt: at, expiresAt };
}

/** The status at a time: a pending invitation is expired once its time has passed; nothing is written for it. */
export function invitationStatusAt({ status, expiresAt }: Invitation, at: string): InvitationStatus {
  return status === 'PENDING' && Date.parse(at) >= Date.parse(expiresAt) ? 'EXPIRED' : status;
}

/** Throws unless the invitation can be answered at this time. */
export function requirePending(invitation: Invitation, at: string): void {
  const status = invitationStatusAt(invitation, at);
  if (status !== 'PENDING') {
    const since = status === 'EXPIRED' ? invitation.expiresAt : String(invitation.answeredAt);
    throw new Error(`Invitation ${invitation.invitationId} is ${status} since ${since}, expected PENDING`);
  }
}

/** Who the invited party is on the ledgers, in its own words and under its own signature. */
export interface OrganizationDefinition {
  readonly mspId: string;
  readonly name: string;
  /** PEM. Empty only where an address was invited. */
  readonly rootCertificates: readonly string[];
  readonly intermediateCertificates: readonly string[];
  readonly admins: readonly string[];
  readonly tlsRootCertificates: readonly string[];
  readonly nodeOUs: boolean;
  readonly anchorPeers: readonly { readonly host: string; readonly port: number }[];
  readonly accounts: readonly MemberAccount[];
}

/** An accepted definition with the proof of it, so that anybody can check it again. */
export interface Organization {
  readonly mspId: string;
  readonly invitationId: string;
  readonly definition: OrganizationDefinition;
  readonly proof: InvitationProof;
  /** SHA-256, in hex, of the bytes that the proof's signature covers. */
  readonly digest: string;
  readonly acceptedAt: string;
}

/** What shows that an answer is the invited party's. */
export type InvitationProof =
  /** `certificate`: PEM of the signer; `chain`: further certificates of it, PEM; `signature`: ECDSA (DER) with SHA-256, or Ed25519, base64. */
  | { readonly certificate: string; readonly chain: readonly string[]; readonly signature: string }
  /** EIP-191 (personal_sign), 65 bytes, 0x-prefixed hex. */
  | { readonly signature: string };
