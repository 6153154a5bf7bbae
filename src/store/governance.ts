import type { BlockRef } from '../model/block.js';
import type {
  ConsortiumState,
  InvitationState,
  Mechanism,
  ProposalKey,
  ProposalState,
  ProposalStatus,
  VoteState,
} from '../model/governance.js';
import type { Confirmation } from '../model/finality.js';
import type { LedgerId } from '../model/ids.js';
import type { Scope } from '../model/scope.js';
import type { BlockKey, NumberRange, Page, PartyRef } from './store.js';

// A part of the port: proposals, votes and invitations, each a version that a block made.

interface Version {
  readonly ledger: LedgerId;
  readonly block: BlockRef;
  /** Of the block. */
  readonly timestampMs: number | null;
  /** Among the things of its kind that the block changed. */
  readonly ordinal: number;
  readonly confirmation: Confirmation;
}
export interface ProposalRow extends Version {
  readonly state: ProposalState;
  /** Its status before the block; null where the block made it. */
  readonly statusBefore: ProposalStatus | null;
}
export interface VoteRow extends Version {
  readonly state: VoteState;
  /** The voter's newest vote, where this is an older one. */
  readonly supersededBy: VotePlace | null;
}
export interface InvitationRow extends Version {
  readonly state: InvitationState;
}
export interface ConsortiumRow extends Version {
  readonly state: ConsortiumState;
}

/** A vote by where it was cast. */
export interface VotePlace {
  readonly ledger: LedgerId;
  readonly number: number;
  readonly ordinal: number;
}

/** A place in a list of proposals: by creation, or by when they close. */
export interface ProposalPlace {
  readonly atMs: number;
  readonly ledger: LedgerId;
  readonly mechanism: Mechanism;
  readonly nativeId: string;
}
export interface ProposalPage {
  readonly limit: number;
  /** 'backward' reads the last ones before `before`, still returned in the order asked. */
  readonly towards: 'forward' | 'backward';
  readonly after: ProposalPlace | null;
  readonly before: ProposalPlace | null;
  readonly order: { readonly field: 'CREATED' | 'CLOSES'; readonly direction: 'ASC' | 'DESC' };
}
/** Absent or null: no restriction. An empty list matches nothing. */
export interface ProposalCriteria {
  readonly ledgers?: readonly LedgerId[] | null;
  readonly mechanisms?: readonly Mechanism[] | null;
  /** As of `nowMs`: an open one whose time has passed is EXPIRED. */
  readonly statuses?: readonly ProposalStatus[] | null;
  readonly proposers?: readonly PartyRef[] | null;
  /** Open ones whose vote of one of these is still out. */
  readonly awaiting?: readonly PartyRef[] | null;
  readonly nowMs: number;
}

/** Reads for the graph; each is one statement, or a constant few. */
export interface GovernanceReads {
  /** As the chain has them now; null where it has none. */
  proposalsByKey(scope: Scope, keys: readonly ProposalKey[]): Promise<readonly (ProposalRow | null)[]>;
  proposals(scope: Scope, criteria: ProposalCriteria, page: ProposalPage): Promise<Page<ProposalRow>>;
  countProposals(scope: Scope, criteria: ProposalCriteria): Promise<number>;
  /** Those that carry out a decision of each of these, at most 100 each. */
  proposalsOfDecisions(scope: Scope, decisions: readonly ProposalKey[]): Promise<readonly (readonly ProposalRow[])[]>;
  /** The newest vote of each voter and those it supersedes, the oldest first; a page for each of several. `after`: exclusive. */
  votesOfProposals(
    scope: Scope,
    proposals: readonly ProposalKey[],
    each: { readonly limit: number; readonly after: VotePlace | null },
  ): Promise<readonly Page<VoteRow>[]>;
  /** The newest vote of any of the parties on each proposal. */
  votesOn(
    scope: Scope,
    proposals: readonly ProposalKey[],
    parties: readonly PartyRef[],
  ): Promise<readonly (VoteRow | null)[]>;
  votesByPlace(scope: Scope, places: readonly VotePlace[]): Promise<readonly (VoteRow | null)[]>;
  /** Votes of parties, newest first. `before`: exclusive. */
  votesOfParties(
    scope: Scope,
    parties: readonly PartyRef[],
    page: { readonly limit: number; readonly before: VotePlace | null },
  ): Promise<Page<VoteRow>>;
  invitationsByKey(
    scope: Scope,
    keys: readonly { readonly ledger: LedgerId; readonly nativeId: string }[],
  ): Promise<readonly (InvitationRow | null)[]>;
  /** Newest first, at most 1,000. */
  invitations(scope: Scope, ledgers: readonly LedgerId[]): Promise<readonly InvitationRow[]>;
  /** What each ledger keeps of a consortium. */
  consortia(scope: Scope, ledgers: readonly LedgerId[]): Promise<readonly (ConsortiumRow | null)[]>;
}

/** Which versions of proposals; each as the block left it. */
export interface ProposalVersionCriteria {
  readonly ledgers?: readonly LedgerId[] | null;
  readonly range?: NumberRange | null;
  readonly mechanisms?: readonly Mechanism[] | null;
  readonly statuses?: readonly ProposalStatus[] | null;
  readonly proposers?: readonly PartyRef[] | null;
  /** Open ones whose vote of one of these was still out. */
  readonly awaiting?: readonly PartyRef[] | null;
}
export interface VoteVersionCriteria {
  readonly ledgers?: readonly LedgerId[] | null;
  readonly range?: NumberRange | null;
  readonly proposal?: ProposalKey | null;
}

/** What the feed reads of them. */
export interface GovernanceChangeReads {
  /** Versions of proposals that canonical blocks made, in order, after a place (exclusive; null from the first). */
  proposalVersions(
    scope: Scope,
    ledger: LedgerId,
    criteria: ProposalVersionCriteria,
    after: { readonly block: number; readonly ordinal: number } | null,
    limit: number,
  ): Promise<Page<ProposalRow>>;
  /** Those that blocks made, of any branch. */
  proposalVersionsOfBlocks(scope: Scope, blocks: readonly BlockKey[]): Promise<readonly (readonly ProposalRow[])[]>;
  voteVersions(
    scope: Scope,
    ledger: LedgerId,
    criteria: VoteVersionCriteria,
    after: { readonly block: number; readonly ordinal: number } | null,
    limit: number,
  ): Promise<Page<VoteRow>>;
  voteVersionsOfBlocks(scope: Scope, blocks: readonly BlockKey[]): Promise<readonly (readonly VoteRow[])[]>;
}

/** What ingest reads of its own ledger while it goes on. */
export interface GovernanceKnown {
  proposalsKnown(
    ledger: LedgerId,
    mechanism: Mechanism,
    nativeIds: readonly string[],
  ): Promise<readonly ProposalState[]>;
  /** PENDING, ACTIVE, APPROVED, QUEUED, EXECUTING and EXECUTION_FAILED; the oldest first, at most 10,000. */
  proposalsOpen(ledger: LedgerId, mechanism: Mechanism): Promise<readonly ProposalState[]>;
  /** The newest of each voter. */
  votesKnown(ledger: LedgerId, mechanism: Mechanism, proposal: string): Promise<readonly VoteState[]>;
  invitationKnown(ledger: LedgerId, nativeId: string): Promise<InvitationState | null>;
  consortiumKnown(ledger: LedgerId): Promise<ConsortiumState | null>;
}
