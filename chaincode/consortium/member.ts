/** An account on a chain that a party named as its own when it accepted. */
export interface MemberAccount {
  /** CAIP-2 id, `eip155:1`. */
  readonly chain: string;
  /** As the party wrote it. */
  readonly address: string;
}

/**
 * A member of the consortium, known by its MSP. It has a vote on what is proposed after it joined. JOINING: it accepted its
 * invitation and has not written on this channel itself yet; its first own transaction makes it ACTIVE.
 */
export interface Member {
  readonly mspId: string;
  readonly name: string;
  readonly status: 'JOINING' | 'ACTIVE' | 'REMOVED';
  readonly joinedAt: string;
  /** Accounts that it named itself; nobody proved that they are its own. */
  readonly accounts: readonly MemberAccount[];
  /** How it came; absent for founders. */
  readonly invitationId?: string;
  readonly removedAt?: string;
  readonly departure?: Departure;
  /** What carried the removal out. */
  readonly removedBy?: string;
  /** Its id where the network was before. */
  readonly nativeId?: string;
  readonly imported?: true;
}

/** VOTED_OUT by the members, or LEFT by itself. */
export type Departure = 'VOTED_OUT' | 'LEFT';

/** The consortium that a channel keeps. */
export interface Network {
  readonly networkId: string;
  readonly name: string;
  readonly description: string;
  /** MSP id. */
  readonly createdBy: string;
  readonly createdAt: string;
  /** Where an imported network was before. */
  readonly source?: string;
  readonly imported?: true;
  /** MSP id of who still brings in an imported network's history; until it is complete nothing else can be done. */
  readonly importing?: string;
}

/** Electorates are lists in every proposal, so the number of members is bounded. */
export const MAX_MEMBERS = 100;

/** MSP ids of those who may vote on what is proposed now. */
export function electorate(members: readonly Member[]): readonly string[] {
  return members.filter(({ status }) => status !== 'REMOVED').map(({ mspId }) => mspId);
}

/** The caller's membership; throws where it has none. */
export function requireMember(mspId: string, member: Member | null): Member {
  if (member === null) throw new Error(`${mspId} is not a member of the network`);
  if (member.status === 'REMOVED') {
    throw new Error(`${mspId} is not a member of the network any more, since ${String(member.removedAt)}`);
  }
  return member;
}
