import type { X509Certificate } from 'node:crypto';
import type { common } from '@hyperledger/fabric-protos';

/** The seams between the halves of embedded Fabric: channel configuration and ordering on one side, peers on the other. */

/** A signature over bytes by a serialised identity (`msp.SerializedIdentity`). */
export interface SignedData {
  readonly data: Uint8Array;
  readonly identity: Uint8Array;
  readonly signature: Uint8Array;
}

export type NodeRole = 'client' | 'admin' | 'peer' | 'orderer';

/** An identity whose chain, expiry and node role were checked against the MSPs of a channel. */
export interface ValidIdentity {
  readonly mspId: string;
  readonly certificate: X509Certificate;
  /** Null where the MSP has no NodeOUs. */
  readonly role: NodeRole | null;
}

/** One channel's configuration in force: its MSPs and policies. Immutable; a config block makes a new one. */
export interface ChannelBundle {
  readonly channel: string;
  readonly sequence: number;
  readonly config: common.Config;
  /** MSP ids of the organisations of the application group. */
  readonly applicationMspIds: readonly string[];
  /** Checks chain, expiry and role; throws `FabricRefusal` with Fabric's own text. */
  identify(serializedIdentity: Uint8Array): ValidIdentity;
  /** As `identify`, and checks the signature too. */
  verify(signed: SignedData): ValidIdentity;
  /** Evaluates a policy by its path (`/Channel/Application/Writers`); throws `FabricRefusal` with Fabric's own text. */
  evaluatePolicy(path: string, signed: readonly SignedData[]): void;
  /** Evaluates a signature policy tree over real identities (each identity counts once); false where it is not met. */
  satisfies(policy: common.SignaturePolicyEnvelope, signed: readonly SignedData[]): boolean;
  /** The organisations a set of which could satisfy the policy: each entry is one minimal set of MSP ids. */
  layouts(policy: common.SignaturePolicyEnvelope): readonly (readonly string[])[];
  /** The signature policies that a policy reference stands for, as layouts of MSP ids (implicit meta policies resolved). */
  layoutsOf(path: string): readonly (readonly string[])[];
}

/** What an orderer says to a broadcast: `common.Status` and a text. */
export interface BroadcastResult {
  readonly status: number;
  readonly info: string;
}

/** The ordering service: every channel's chain of signed blocks, kept on disk. Blocks carry no transaction filter yet. */
export interface OrderingService {
  readonly channels: readonly string[];
  bundle(channel: string): ChannelBundle;
  /** Number of blocks. */
  height(channel: string): number;
  block(channel: string, number: number): common.Block;
  broadcast(envelope: common.Envelope): Promise<BroadcastResult>;
  /** Calls the listener for every block from `from` on, in order, and for each new one; awaits the listener before the next. */
  subscribe(channel: string, from: number, listener: (block: common.Block) => Promise<void>): () => void;
  /** Ends timers and files; what was ordered is kept. */
  close(): Promise<void>;
}

export interface KeyPair {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

/** One organisation's certificates, as `material` makes and keeps them. */
export interface OrganizationMaterial {
  readonly name: string;
  readonly mspId: string;
  readonly rootCertificatePem: string;
  readonly tlsRootCertificatePem: string;
  /** host:port of its peer's gRPC endpoint; null for an ordering organisation. */
  readonly peerEndpoint: string | null;
  readonly peer: (KeyPair & { readonly tls: KeyPair }) | null;
  /** admin, user1. */
  readonly users: Readonly<Record<string, KeyPair>>;
}

/** A refusal as Fabric words it; services turn it into their own protocol's status. */
export class FabricRefusal extends Error {
  override readonly name = 'FabricRefusal';
  constructor(
    /** `common.Status` (400, 403, 404 …). */
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}
