import type { EvaluateRequest, EthereumWriteRequest, FabricCreator } from '../ledgers/ledger.js';
import type { SignatureScheme } from '../keys/signer.js';
import type { DecodedBlock, RawBlock } from '../model/block.js';
import type {
  ConsortiumState,
  GovernanceChanges,
  InvitationState,
  Mechanism,
  ProposalAction,
  ProposalKey,
  ProposalState,
  Requirement,
  VoteChoice,
  VoteState,
} from '../model/governance.js';
import type { ChannelConfig } from '../model/fabric.js';
import type { LedgerId } from '../model/ids.js';

// The port: what each way of deciding can do. Reading is pure and runs beside ingest, so that a rebuild finds the same; writing makes
// steps, each of which is signed by whoever acts and sent by the machinery of writes.

/** What was so before a block, with what the same block changed already. */
export interface Known {
  proposal(nativeId: string): Promise<ProposalState | null>;
  /** PENDING to EXECUTING of this mechanism on this ledger, the oldest first, at most 10,000. */
  open(): Promise<readonly ProposalState[]>;
  /** The votes that count: the newest of each voter. */
  votes(proposal: string): Promise<readonly VoteState[]>;
  invitation(nativeId: string): Promise<InvitationState | null>;
  consortium(): Promise<ConsortiumState | null>;
  /** The raw block that set the channel's configuration in force before this one; null on a chain, and before the first. */
  config(): Promise<RawBlock | null>;
  /** That configuration, decoded. */
  channel(): Promise<ChannelConfig | null>;
}

/** Finds what a block says of one mechanism. The same blocks in the same order always give the same. */
export interface Observer {
  readonly mechanism: Mechanism;
  /** Cheap where a block says nothing: asks `known` only once something concerns it. */
  observe(block: DecodedBlock, known: Known): Promise<GovernanceChanges>;
}

/** Who acts. */
export interface Actor {
  /** The member's key. */
  readonly member: string;
  /** `address`: EIP-55. Null where somebody else's API signs for the member (AMB). */
  readonly identity: { readonly fabric: FabricCreator } | { readonly address: string } | null;
  /** Its key is kept elsewhere, and another signer of this process may carry to the ledger what it signs: a ballot by signature is enough. */
  readonly carried?: boolean;
}

/** What a proposal would be. */
export interface Draft {
  readonly title: string;
  readonly actions: readonly ProposalAction[];
  readonly requirement: Requirement;
  readonly problems: readonly { readonly code: string; readonly message: string }[];
  /** Null where it cannot be known before. */
  readonly payloadDigest: string | null;
}

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/**
 * What one wants of a mechanism. `input`: as the mutation of that mechanism says it (of `propose` the one field of `ProposeInput`), without
 * `as`, `signer`, `idempotencyKey`: plain JSON, absent where null was given, bytes as 0x-prefixed hex, moments in ms.
 * `idempotencyKey`: for an API that has such keys of its own; elsewhere the machinery of writes sees to it.
 */
export type GovernanceWrite =
  | {
      readonly kind: 'propose';
      readonly input: JsonValue;
      readonly decision: ProposalKey | null;
      readonly idempotencyKey?: string | null;
    }
  | {
      readonly kind: 'castVote';
      readonly proposal: ProposalState;
      readonly choice: VoteChoice;
      readonly reason: string | null;
    }
  | { readonly kind: 'withdraw' | 'execute'; readonly proposal: ProposalState }
  | { readonly kind: 'acceptInvitation' | 'rejectInvitation'; readonly invitation: string; readonly input: JsonValue }
  | { readonly kind: 'leave' };

/** A step towards a write. `sign` comes before what is sent: its signature is given to `resume` with `rest`. */
export type Step =
  | {
      readonly kind: 'sign';
      readonly stage: 'FABRIC_CONFIG_UPDATE' | 'BALLOT' | 'ACCEPTANCE';
      readonly bytes: Uint8Array;
      readonly digest: Uint8Array;
      readonly scheme: SignatureScheme | 'EIP712' | 'EIP191';
      readonly summary: string;
      /** All that is needed to go on: plain JSON. */
      readonly rest: JsonValue;
    }
  /**
   * A chaincode transaction of the actor; `carrier: 'ANY_MEMBER'`: of whichever configured signer may write there, for an actor that may
   * not yet (an invited party).
   */
  | {
      readonly kind: 'submit';
      readonly ledger: LedgerId;
      readonly request: EvaluateRequest;
      readonly of: Outcome;
      readonly carrier?: 'ANY_MEMBER';
      /** What it says in words, where its arguments do not: shown to whoever signs elsewhere. */
      readonly summary?: string;
    }
  /** A transaction of the actor's account; `carrier: 'ANY_WALLET'`: of any configured wallet, whose address takes the place of `from`. */
  | {
      readonly kind: 'send';
      readonly ledger: LedgerId;
      readonly request: EthereumWriteRequest;
      readonly of: Outcome;
      readonly carrier?: 'ANY_WALLET';
    }
  /** A configuration update: `payload` is signed by the actor as an envelope (stage FABRIC_ENVELOPE) and ordered. */
  | {
      readonly kind: 'order';
      readonly ledger: LedgerId;
      readonly payload: Uint8Array;
      readonly of: Outcome;
      readonly summary: string;
    }
  /** Somebody else's API, which signs by its own account: nothing is signed here. Safe to run twice. */
  | { readonly kind: 'call'; readonly run: () => Promise<Outcome> };

/** What a write will have touched, to be looked up once the index holds it. `transaction`: the native id is the transaction's. */
export interface Outcome {
  readonly proposal: string | { readonly transaction: true } | null;
  readonly invitation: string | null;
}

/** A try at carrying a proposal out that ended badly. */
export interface FailedAttempt {
  /** UNKNOWN: whether it was taken is not known yet. */
  readonly outcome: 'REFUSED' | 'UNKNOWN';
  /** The ledger's own word, as in `BAD_REQUEST`; Parley's where it has none. */
  readonly code: string;
  readonly message: string;
}

/** One mechanism's writes on one ledger. Errors: `INPUT_INVALID`, `GOVERNANCE_REFUSED` (its rules forbid it), those of the ledger. */
export interface MechanismWrites {
  readonly mechanism: Mechanism;
  preview(input: JsonValue, actor: Actor | null): Promise<Draft>;
  plan(write: GovernanceWrite, actor: Actor): Promise<Step>;
  /**
   * Goes on with what a `sign` step asked for. `signature`: as given (DER or r‖s of Fabric identities; r‖s‖v with v 27 or 28 of wallets).
   * Errors: `SIGNATURE_INVALID`.
   */
  resume(write: GovernanceWrite, actor: Actor, rest: JsonValue, signature: Uint8Array): Promise<Step>;
  /** Notes on the ledger that an `order` step failed, for everybody to see. Absent where a block tells it by itself. */
  attempted?(proposal: string, attempt: FailedAttempt): Extract<Step, { readonly kind: 'submit' }>;
}
