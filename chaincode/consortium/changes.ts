import type { ConfigAttempt, ConfigSignature, ConfigUpdate } from './configUpdate.js';
import type { Invitation, Organization } from './invitation.js';
import type { Member, Network } from './member.js';
import type { Proposal, Vote } from './proposal.js';
import type { VotingPolicy } from './votingPolicy.js';

/** What a transaction changed: each thing whole, as it is after the transaction. What is not named is as it was. */
export interface Changes {
  readonly network: Network | null;
  readonly votingPolicy: VotingPolicy | null;
  readonly members: readonly Member[];
  /** Definitions that were accepted. */
  readonly organizations: readonly Organization[];
  readonly proposals: readonly Proposal[];
  /** Votes cast, and votes voided. */
  readonly votes: readonly Vote[];
  readonly invitations: readonly Invitation[];
  readonly configUpdates: readonly ConfigUpdate[];
  /** Signatures given, and those that they supersede. */
  readonly configSignatures: readonly ConfigSignature[];
  readonly configAttempts: readonly ConfigAttempt[];
}

/** Nothing changed. */
export function noChanges(): Changes {
  return {
    network: null,
    votingPolicy: null,
    members: [],
    organizations: [],
    proposals: [],
    votes: [],
    invitations: [],
    configUpdates: [],
    configSignatures: [],
    configAttempts: [],
  };
}
