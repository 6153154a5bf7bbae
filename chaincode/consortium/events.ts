/**
 * The events of the consortium chaincode, for whoever indexes it. Each transaction that writes sets exactly one event. Its name is one of
 * `EVENT_NAMES`; its payload is one `ConsortiumEvent` in JSON (UTF-8, names sorted, optional members left out where absent). The payloads
 * of a channel's valid transactions in order, laid over each other by the keys below, are the chaincode's whole state:
 *
 *   network, votingPolicy   one each
 *   members                 by mspId              (status REMOVED: not a member any more; may come again, whole)
 *   organizations           by mspId
 *   proposals, invitations  by proposalId, invitationId
 *   votes                   by proposalId and voter
 *   configUpdates           by configUpdateId
 *   configSignatures        by configUpdateId, mspId, identity and, where given, carriedBy
 *   configAttempts          by configUpdateId and number
 *
 * Two statuses change without a transaction, by the clock: a proposal OPEN past `closesAt` and an invitation PENDING past `expiresAt` are
 * EXPIRED; a configuration update OPEN past its `closesAt` takes no more signatures. A reader ignores members that it does not know;
 * `version` changes only when one that exists changes its meaning.
 */
import type { Changes } from './changes.js';

export type { Action } from './action.js';
export type { Changes } from './changes.js';
export type { ConfigAttempt, ConfigSignature, ConfigUpdate } from './configUpdate.js';
export type { Invitation, InvitationProof, Organization, OrganizationDefinition } from './invitation.js';
export type { Member, MemberAccount, Network } from './member.js';
export type { Attempt, Proposal, Vote } from './proposal.js';
export type { Tally } from './tally.js';
export type { VotingPolicy } from './votingPolicy.js';

export const EVENT_VERSION = 1;

/** What happened; what came of it is in the payload's lists, whatever the name. */
export const EVENT_NAMES = [
  /** network, votingPolicy, members: the founders. */
  'NetworkFounded',
  /** The same of a network that was elsewhere before, with proposals, votes and invitations, all `imported`. */
  'NetworkImported',
  /** Another page of such history; network where it is the last. */
  'HistoryImported',
  /** A joining member wrote for the first time without doing more: members. */
  'MembershipConfirmed',
  /** proposals: the new one; members where the proposer was joining. */
  'ProposalOpened',
  /** votes, proposals: not decided yet. */
  'VoteCast',
  /** A vote that decided: votes, proposals (REJECTED, EXECUTED or EXECUTION_FAILED), and all that came of carrying it out. */
  'ProposalDecided',
  /** proposals: WITHDRAWN. */
  'ProposalWithdrawn',
  /** A failed proposal tried again: proposals (EXECUTED or EXECUTION_FAILED), and all that came of it. */
  'ProposalRetried',
  /** members: REMOVED; votes voided; proposals counted again, and all that came of those it decided. */
  'MemberLeft',
  /** invitations: ACCEPTED; members: JOINING; organizations. */
  'InvitationAccepted',
  /** invitations: REJECTED. */
  'InvitationRejected',
  /** configUpdates: the new one. */
  'ConfigUpdateProposed',
  /** configSignatures: the new one, and those of the same organisation that it supersedes. */
  'ConfigUpdateSigned',
  /** configUpdates: WITHDRAWN. */
  'ConfigUpdateWithdrawn',
  /** configAttempts: the new one. */
  'ConfigAttemptRecorded',
] as const;
export type EventName = (typeof EVENT_NAMES)[number];

/** An event's payload. */
export interface ConsortiumEvent extends Changes {
  readonly version: typeof EVENT_VERSION;
  readonly name: EventName;
  /** Null on a channel that keeps no network and only collects signatures. */
  readonly networkId: string | null;
  /** MSP id of whose transaction it is. */
  readonly by: string;
  /** The transaction's time, ISO 8601: what every status at a time is computed from. */
  readonly at: string;
}
