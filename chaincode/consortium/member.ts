/** A member of the consortium, known by its MSP. */
export interface Member {
  readonly mspId: string;
  readonly name: string;
  readonly status: 'ACTIVE' | 'REMOVED';
  readonly joinedAt: string;
  readonly removedAt?: string;
}

/** An invitation that the members approved. */
export interface Invitation {
  readonly invitationId: string;
  readonly name: string;
  /** Fingerprint of the invited organisation's root certificate, or an address. */
  readonly principal: string;
  readonly proposalId: string;
  readonly status: 'PENDING';
  readonly createdAt: string;
  readonly expiresAt: string;
}

/** The consortium that a channel keeps. */
export interface Network {
  readonly networkId: string;
  readonly name: string;
  readonly description: string;
  readonly createdBy: string;
  readonly createdAt: string;
}

/** Electorates are lists in every proposal, so the number of members is bounded. */
export const MAX_MEMBERS = 100;

/** MSP ids of those who may vote. */
export function electorate(members: readonly Member[]): readonly string[] {
  return members.filter(({ status }) => status === 'ACTIVE').map(({ mspId }) => mspId);
}
