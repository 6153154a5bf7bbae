import type { VoteChoice, VotingPolicy } from './governance.js';

// A network as it was elsewhere, in a file: what `parley export amb` writes and `parley bootstrap` reads. Plain JSON; moments are RFC 3339
// in UTC, null where nobody told them. The same facts always give the same file, but for the moment of its writing.

export const EXPORT_FORMAT = 'parley-network-export';
export const EXPORT_VERSION = 1;

export interface NetworkExport {
  readonly format: typeof EXPORT_FORMAT;
  readonly version: typeof EXPORT_VERSION;
  readonly exportedAt: string;
  /** `region`: the region of AWS that was asked. */
  readonly source: { readonly kind: 'AMB'; readonly region: string };
  readonly network: ExportedNetwork;
  readonly votingPolicy: VotingPolicy;
  /** In the order of ids, and so everywhere below. */
  readonly members: readonly ExportedMember[];
  readonly nodes: readonly ExportedNode[];
  readonly proposals: readonly ExportedProposal[];
  readonly invitations: readonly ExportedInvitation[];
  /** `sha256:` and 64 hex digits: of all else but `exportedAt`, as JSON with sorted names. */
  readonly digest: string;
}

export interface ExportedNetwork {
  /** `n-…` */
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly framework: string | null;
  readonly frameworkVersion: string | null;
  /** In the source's own word; so everywhere below. */
  readonly nativeStatus: string | null;
  readonly createdAt: string | null;
}

/** LEFT: deleted, or named by a proposal or a vote and listed no more. */
export type ExportedStanding = 'ACTIVE' | 'LEFT';

export interface ExportedMember {
  /** `m-…` */
  readonly id: string;
  readonly name: string | null;
  readonly description: string | null;
  readonly standing: ExportedStanding;
  readonly nativeStatus: string | null;
  readonly createdAt: string | null;
}

/** A peer node: it does not move. Only of members that the exporting account owns. */
export interface ExportedNode {
  /** `nd-…` */
  readonly id: string;
  readonly memberId: string;
  readonly nativeStatus: string | null;
  readonly instanceType: string | null;
  readonly availabilityZone: string | null;
}

export type ExportedAction =
  | { readonly kind: 'INVITE_MEMBER'; readonly principal: string }
  | { readonly kind: 'REMOVE_MEMBER'; readonly memberId: string };

export interface ExportedProposal {
  /** `p-…` */
  readonly id: string;
  readonly title: string;
  readonly description: string | null;
  readonly proposedBy: string | null;
  readonly status: 'OPEN' | 'EXECUTED' | 'EXECUTION_FAILED' | 'REJECTED' | 'EXPIRED';
  readonly nativeStatus: string;
  readonly createdAt: string | null;
  readonly expiresAt: string | null;
  readonly actions: readonly ExportedAction[];
  /** As counted there; `votes` may be fewer. */
  readonly counts: { readonly yes: number; readonly no: number; readonly outstanding: number };
  readonly votes: readonly ExportedVote[];
}

export interface ExportedVote {
  readonly memberId: string;
  readonly choice: Exclude<VoteChoice, 'ABSTAIN'>;
}

/** One that the exporting account received; nobody is told of others'. */
export interface ExportedInvitation {
  /** `in-…` */
  readonly id: string;
  readonly status: 'PENDING' | 'ACCEPTED' | 'REJECTED' | 'EXPIRED';
  readonly nativeStatus: string;
  /** The account that was invited; null where it is not told. */
  readonly principal: string | null;
  readonly createdAt: string | null;
  readonly expiresAt: string | null;
}

/** What is not over: a proposal that may be voted on, an invitation that may be answered. */
export const openOf = ({ proposals, invitations }: Pick<NetworkExport, 'proposals' | 'invitations'>) => ({
  proposals: proposals.filter(({ status }) => status === 'OPEN'),
  invitations: invitations.filter(({ status }) => status === 'PENDING'),
});
