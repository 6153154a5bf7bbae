import type { BlockRef } from './block.js';
import type { MethodCall } from './ethereum.js';
import type { ChaincodeDefinition, ConfigChange, PolicyNode } from './fabric.js';
import type { LedgerId } from './ids.js';

// Proposals and votes as a ledger says them: plain data, whole after every block that changed them. Native ids are MSP ids on a channel,
// EIP-55 addresses on a chain, member ids at Amazon Managed Blockchain (AMB). Bytes are base64, digests plain hex.

export const MECHANISMS = ['CONSORTIUM', 'FABRIC_LIFECYCLE', 'FABRIC_CONFIG', 'GOVERNOR', 'AMB'] as const;
export type Mechanism = (typeof MECHANISMS)[number];

export const PROPOSAL_STATUSES = [
  'PENDING',
  'ACTIVE',
  'APPROVED',
  'QUEUED',
  'EXECUTING',
  'EXECUTED',
  'REJECTED',
  'EXPIRED',
  'WITHDRAWN',
  'CANCELED',
  'SUPERSEDED',
  'EXECUTION_FAILED',
] as const;
export type ProposalStatus = (typeof PROPOSAL_STATUSES)[number];
export type StatusSource = 'OBSERVED' | 'DERIVED';
export type VoteChoice = 'YES' | 'NO' | 'ABSTAIN';

/** AMB's: strictly more than `threshold` percent of all members, or at least. */
export interface VotingPolicy {
  readonly threshold: number;
  readonly comparator: 'GREATER_THAN' | 'GREATER_THAN_OR_EQUAL_TO';
  readonly durationHours: number;
}

/** What shows that something is so. Blocks are of the ledger that records it. */
export type EvidenceRef =
  /** `hash`: as `DecodedTransaction.hash`. */
  | { readonly kind: 'TRANSACTION'; readonly block: BlockRef; readonly index: number; readonly hash: string }
  | { readonly kind: 'BLOCK'; readonly block: BlockRef }
  | { readonly kind: 'LOG'; readonly block: BlockRef; readonly transactionIndex: number; readonly logIndex: number }
  | {
      readonly kind: 'CONFIG_SIGNATURE';
      readonly mspId: string;
      readonly subject: string;
      /** Serialised `common.SignatureHeader`: who signed, and a nonce. */
      readonly header: string;
      /** Over header and update, as the signer's key made it. */
      readonly signature: string;
      readonly digest: string;
    }
  | { readonly kind: 'BALLOT'; readonly scheme: 'EIP712'; readonly signature: string; readonly payload: string }
  | { readonly kind: 'API'; readonly source: string; readonly observedAtMs: number; readonly record: unknown };

export type ProposalAction =
  | { readonly kind: 'INVITE_MEMBER'; readonly memberName: string | null; readonly principal: string }
  | { readonly kind: 'REMOVE_MEMBER'; readonly nativeId: string }
  | ({ readonly kind: 'CHANGE_VOTING_POLICY' } & VotingPolicy)
  | { readonly kind: 'CHAINCODE_DEFINITION'; readonly definition: ChaincodeDefinition }
  | { readonly kind: 'CHANNEL_CONFIG_CHANGE'; readonly name: string; readonly changes: readonly ConfigChange[] }
  /** `data`: 0x-prefixed hex; `value`: wei, decimal. */
  | {
      readonly kind: 'EVM_CALL';
      readonly target: string;
      readonly value: string;
      readonly data: string;
      readonly method: MethodCall | null;
    }
  | { readonly kind: 'TEXT'; readonly text: string };

export type Requirement =
  | ({ readonly kind: 'THRESHOLD' } & VotingPolicy)
  | {
      readonly kind: 'FABRIC_POLICY';
      readonly path: string | null;
      readonly expression: string;
      readonly tree: readonly PolicyNode[];
    }
  | { readonly kind: 'BYZANTINE_QUORUM'; readonly nodes: number; readonly quorum: number }
  /** Weights are decimal. `token`: EIP-55; null where the governor names none. */
  | {
      readonly kind: 'TOKEN_QUORUM';
      readonly quorumWeight: string;
      readonly token: string | null;
      readonly countingMode: string;
    };

/** Weights are decimal; one a member where every vote counts the same. */
export interface Tally {
  readonly eligible: string;
  readonly choices: readonly { readonly choice: VoteChoice; readonly count: number; readonly weight: string }[];
  readonly outstanding: string;
  readonly satisfied: boolean;
  /** False as soon as the votes still out cannot carry it. */
  readonly stillReachable: boolean;
  /** Native ids of members whose vote is still out, at most 1,000. */
  readonly missing: readonly string[];
}

export interface HistoryEntry {
  readonly status: ProposalStatus;
  readonly atMs: number;
  readonly cause: EvidenceRef | null;
}

export interface ExecutionState {
  readonly attempts: readonly {
    readonly atMs: number;
    /** Native id of the member or account that tried; null where nobody is named. */
    readonly by: string | null;
    readonly error: { readonly code: string; readonly message: string } | null;
  }[];
  /** What carried it out, once a block holds it. */
  readonly evidence: EvidenceRef | null;
}

/** A proposal named by what records it. */
export interface ProposalKey {
  readonly ledger: LedgerId;
  readonly mechanism: Mechanism;
  /** Without a slash. */
  readonly nativeId: string;
}

/** What one mechanism alone knows. */
export type NativeFacts =
  | { readonly kind: 'CONSORTIUM' }
  | {
      readonly kind: 'FABRIC_LIFECYCLE';
      readonly chaincode: string;
      readonly sequence: number;
      /** Whose newest approval for the sequence is of this definition. */
      readonly approvers?: readonly string[];
    }
  /** `configUpdate`: the exact bytes that signatures cover, with what follows after them; `readSet`: versions by path. */
  | {
      readonly kind: 'FABRIC_CONFIG';
      readonly configUpdate: string;
      readonly readSet: readonly { readonly path: string; readonly version: number }[];
      /** Serialised `common.ConfigSignature`s collected so far, by the MSP id that signed. */
      readonly signatures: readonly { readonly mspId: string; readonly bytes: string }[];
      /** The update in whose place it was proposed, by its native id. Absent where none. */
      readonly replaces?: string;
      /** The newest that was proposed in its own place. Absent where none. */
      readonly replacedBy?: string;
    }
  | {
      readonly kind: 'GOVERNOR';
      readonly governor: string;
      readonly etaMs: number | null;
      /** ERC-6372, as `CLOCK_MODE()` says. */
      readonly clock: 'BLOCK_NUMBER' | 'TIMESTAMP';
      readonly snapshot: string;
      readonly deadline: string;
      /** Keccak-256 of the description, 0x-prefixed: with the actions it is what queueing, executing and cancelling name. */
      readonly descriptionHash?: string;
      /** EIP-55; null where it executes itself. */
      readonly timelock?: string | null;
      /** What a `TimelockController` calls it, 0x-prefixed. */
      readonly operation?: string | null;
      /** How long after `etaMs` a timelock still executes it; null for ever. */
      readonly graceMs?: number | null;
    }
  | { readonly kind: 'AMB'; readonly arn: string | null };

/** A proposal as of a block. */
export interface ProposalState {
  readonly mechanism: Mechanism;
  readonly nativeId: string;
  readonly title: string;
  readonly body: string | null;
  readonly links: readonly string[];
  /** Native id. */
  readonly proposer: string | null;
  readonly proposerInferred: boolean;
  readonly actions: readonly ProposalAction[];
  readonly payloadDigest: string;
  readonly status: ProposalStatus;
  /** The ledger's own word. */
  readonly nativeStatus: string | null;
  readonly statusSource: StatusSource;
  readonly createdMs: number;
  readonly opensAtMs: number | null;
  readonly closesAtMs: number | null;
  /** Where it is ACTIVE, what it becomes once `closesAtMs` has passed by the clock; null where only a block can say. */
  readonly lapsesTo: 'EXPIRED' | null;
  readonly requirement: Requirement;
  readonly tally: Tally;
  readonly execution: ExecutionState | null;
  /** The oldest first, at most 100. */
  readonly history: readonly HistoryEntry[];
  /** The proposal whose decision this one carries out. */
  readonly decision: ProposalKey | null;
  readonly native: NativeFacts;
}

/** One vote as of a block. A voter's later vote on the same proposal supersedes it. */
export interface VoteState {
  readonly mechanism: Mechanism;
  readonly proposal: string;
  /** Native id. */
  readonly voter: string;
  /** How many votes of the same voter on the proposal came before, where its governor takes more than one. Absent: none. */
  readonly nth?: number;
  readonly choice: VoteChoice;
  readonly nativeChoice: string | null;
  readonly weight: string;
  readonly reason: string | null;
  readonly castAtMs: number | null;
  /** The signature was checked against the voter's identity of that moment. */
  readonly verified: boolean;
  readonly evidence: EvidenceRef | null;
}

export type InvitationStatus = 'PENDING' | 'ACCEPTING' | 'ACCEPTED' | 'REJECTED' | 'EXPIRED';
export interface InvitationState {
  readonly nativeId: string;
  readonly name: string | null;
  readonly principal: string;
  readonly status: InvitationStatus;
  readonly createdMs: number;
  /** When a PENDING one becomes EXPIRED by the clock. */
  readonly expiresMs: number | null;
  /** Native id of the proposal that made it, by the same mechanism. */
  readonly proposal: string | null;
  /** Native id of the member it became. */
  readonly member: string | null;
}

/** A peer node at Amazon Managed Blockchain, in its own words. */
export interface AmbNode {
  readonly nativeId: string;
  /** Native id of the member that it belongs to. */
  readonly member: string;
  readonly nativeStatus: string | null;
  /** `host:port`. */
  readonly endpoint: string | null;
}

/** What Amazon Managed Blockchain says of a network beside its members. */
export interface AmbFacts {
  /** `HYPERLEDGER_FABRIC 2.2`. */
  readonly framework: string | null;
  readonly nativeStatus: string | null;
  readonly createdMs: number | null;
  /** When Amazon was asked. */
  readonly observedAtMs: number;
  /** Of members whose account Parley reads as: Amazon tells nobody of others'. */
  readonly nodes: readonly AmbNode[];
}

/** A consortium as one of its channels (or AMB) keeps it. */
export interface ConsortiumState {
  readonly networkId: string;
  readonly name: string;
  readonly description: string | null;
  readonly policy: VotingPolicy;
  readonly members: readonly {
    readonly nativeId: string;
    readonly name: string;
    readonly status: 'JOINING' | 'ACTIVE' | 'REMOVED';
    readonly sinceMs: number;
    readonly untilMs: number | null;
    /** Accounts on chains that the party named as its own when it accepted. */
    readonly accounts: readonly { readonly ledger: LedgerId; readonly address: string }[];
    readonly description?: string | null;
    /** The ledger's own word; null once it says nothing of the member any more. */
    readonly nativeStatus?: string | null;
  }[];
  /** Absent where a channel keeps it. */
  readonly amb?: AmbFacts;
}

/** One change of a member's standing, where no channel's configuration says so. INVITED: it accepted, and is on its way. */
export interface StandingChange {
  readonly nativeId: string;
  readonly change: 'INVITED' | 'JOINED' | 'REMOVED';
  readonly atMs: number;
}

/** What a block changed: each thing whole, as of after the block. */
export interface GovernanceChanges {
  readonly proposals: readonly ProposalState[];
  readonly votes: readonly VoteState[];
  readonly invitations: readonly InvitationState[];
  readonly consortium: ConsortiumState | null;
  /** Absent: none. */
  readonly memberships?: readonly StandingChange[];
}

export const NO_GOVERNANCE: GovernanceChanges = { proposals: [], votes: [], invitations: [], consortium: null };

/** The same as a block carries it to the store: each proposal with what it was before. */
export interface BlockGovernance extends Omit<GovernanceChanges, 'proposals'> {
  readonly proposals: readonly { readonly state: ProposalState; readonly statusBefore: ProposalStatus | null }[];
}

/** The status at a moment: an open proposal whose time has passed is expired though no block says so. */
export function statusAt(state: ProposalState, nowMs: number): Pick<ProposalState, 'status' | 'statusSource'> {
  const { status, statusSource, lapsesTo, closesAtMs } = state;
  const lapsed = status === 'ACTIVE' && lapsesTo !== null && closesAtMs !== null && closesAtMs <= nowMs;
  return lapsed ? { status: lapsesTo, statusSource: 'DERIVED' } : { status, statusSource };
}
