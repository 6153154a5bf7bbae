/** A certificate's public facts. `fingerprint`: SHA-256 of the DER, plain hex. Times are RFC 3339. */
export interface CertificateFacts {
  readonly subject: string;
  readonly issuer: string;
  readonly notBefore: string;
  readonly notAfter: string;
  readonly fingerprint: string;
  readonly pem: string;
}

/** Who made or endorsed something. `subject` is null where the bytes are no certificate. `verified`: chain to the MSP in force, and signature. */
export interface FabricIdentity {
  readonly mspId: string;
  readonly subject: string | null;
  readonly pem: string | null;
}

/** An orderer's signature on a block; ids and names are null where the config does not know the signer. */
export interface BlockSignature {
  readonly consenterId: string | null;
  readonly mspId: string | null;
  readonly subject: string | null;
  readonly verified: boolean;
}

export interface FabricBlockDetail {
  readonly kind: 'fabric';
  readonly dataHash: string;
  /** False where the header's data hash is not the hash of the envelopes. */
  readonly dataHashVerified: boolean;
  /** False where `parentHash` is not the previous block's header hash. */
  readonly linkVerified: boolean;
  readonly lastConfigBlock: number;
  readonly commitHash: string | null;
  readonly signatures: readonly BlockSignature[];
  /** True where enough signatures verify under the config in force: one for Raft, a quorum for BFT. Genesis has none and is true. */
  readonly signaturesVerified: boolean;
}

export interface StateVersion {
  readonly block: number;
  readonly transaction: number;
}
export interface StateRead {
  readonly namespace: string;
  readonly key: string;
  readonly version: StateVersion | null;
}
export interface StateWrite {
  readonly namespace: string;
  readonly key: string;
  /** Base64; null for a delete. */
  readonly value: string | null;
  readonly isDelete: boolean;
}
/** Hashes in plain hex. */
export interface PrivateWrite {
  readonly namespace: string;
  readonly collection: string;
  readonly keyHash: string;
  readonly valueHash: string | null;
  readonly isDelete: boolean;
  readonly isPurge: boolean;
}
export interface RangeQuery {
  readonly namespace: string;
  readonly startKey: string;
  readonly endKey: string;
  readonly exhausted: boolean;
}
export interface MetadataWrite {
  readonly namespace: string;
  readonly key: string;
  readonly names: readonly string[];
}

export interface FabricTransactionDetail {
  readonly kind: 'fabric';
  readonly envelopeType: 'ENDORSER_TRANSACTION' | 'CONFIG' | 'CONFIG_UPDATE' | 'OTHER';
  /** Null where the envelope has none. */
  readonly transactionId: string | null;
  /** Fabric's name of the code in the peer's filter; null where the block has no filter. */
  readonly validationCode: string | null;
  readonly creator: FabricIdentity | null;
  /** The creator's signature over the payload and its certificate's chain hold under the config in force. */
  readonly creatorVerified: boolean;
  readonly chaincode: { readonly name: string; readonly version: string | null } | null;
  readonly function: string | null;
  /** Base64, without the function's name. */
  readonly arguments: readonly string[];
  readonly endorsements: readonly (FabricIdentity & { readonly verified: boolean })[];
  /** Every namespace, `_lifecycle` included; subgraphs leave it out as schema.md says. */
  readonly reads: readonly StateRead[];
  readonly writes: readonly StateWrite[];
  readonly privateWrites: readonly PrivateWrite[];
  readonly rangeQueries: readonly RangeQuery[];
  readonly metadataWrites: readonly MetadataWrite[];
  /** `payload`: base64. */
  readonly response: { readonly status: number; readonly message: string; readonly payload: string | null } | null;
  /** Why the envelope could not be decoded, where it could not: it is kept and marked, never dropped. */
  readonly undecodable: string | null;
}

export interface FabricEventDetail {
  readonly kind: 'fabric';
  readonly chaincode: string;
  /** Base64. */
  readonly payload: string;
}

/** An n-of-m tree over MSP roles, flat: `parent` is the index of the node above, null for the root. */
export interface PolicyNode {
  readonly index: number;
  readonly parent: number | null;
  readonly rule: 'SIGNED_BY' | 'OUT_OF' | 'ANY' | 'ALL' | 'MAJORITY';
  readonly required: number | null;
  readonly mspId: string | null;
  readonly role: string | null;
  readonly path: string | null;
}
export interface ChannelPolicy {
  /** `/Channel/Application/Admins`. */
  readonly path: string;
  /** `MAJORITY Admins`, or an expression. */
  readonly rule: string;
  readonly tree: readonly PolicyNode[] | null;
}
export interface HostPort {
  readonly host: string;
  readonly port: number;
}
export interface ChannelOrganization {
  readonly mspId: string;
  /** The group's name, which may differ from the MSP id. */
  readonly groupName: string;
  readonly nodeOUs: boolean;
  readonly anchorPeers: readonly HostPort[];
  /** Orderer endpoints, `host:port`. */
  readonly ordererEndpoints: readonly string[];
  readonly rootCertificates: readonly CertificateFacts[];
  readonly intermediateCertificates: readonly CertificateFacts[];
  readonly tlsRootCertificates: readonly CertificateFacts[];
  readonly revokedSerials: readonly string[];
  readonly policies: readonly ChannelPolicy[];
}
export interface Consenter extends HostPort {
  readonly id: string;
  readonly mspId: string;
  readonly certificate: CertificateFacts | null;
}
/** A channel's configuration, whole, as a config block sets it. */
export interface ChannelConfig {
  readonly sequence: number;
  readonly capabilities: {
    readonly channel: readonly string[];
    readonly orderer: readonly string[];
    readonly application: readonly string[];
  };
  readonly consensus: {
    readonly type: 'RAFT' | 'BFT';
    readonly consenters: readonly Consenter[];
    readonly faults: number;
    readonly quorum: number;
    readonly batch: {
      readonly timeoutMs: number;
      readonly maxMessageCount: number;
      readonly absoluteMaxBytes: number;
      readonly preferredMaxBytes: number;
    };
  };
  readonly organizations: readonly ChannelOrganization[];
  readonly ordererOrganizations: readonly ChannelOrganization[];
  readonly policies: readonly ChannelPolicy[];
}
export interface ConfigChange {
  readonly path: string;
  readonly kind: 'ADDED' | 'CHANGED' | 'REMOVED';
  readonly before: unknown;
  readonly after: unknown;
}
export interface ConfigSigner {
  readonly mspId: string;
  readonly subject: string;
  readonly verified: boolean;
}
/** What one organisation's standing became in a config block. */
export interface MembershipChange {
  readonly mspId: string;
  readonly role: 'MEMBER' | 'ORDERER';
  readonly change: 'JOINED' | 'REMOVED' | 'IDENTITY_CHANGED' | 'ROLE_CHANGED';
}
export interface ChannelConfigRecord {
  readonly config: ChannelConfig;
  /** What changed, for people: `adds Org3MSP`, `sets anchor peers of Org1MSP`. */
  readonly summary: string;
  readonly changes: readonly ConfigChange[];
  readonly signers: readonly ConfigSigner[];
  readonly memberships: readonly MembershipChange[];
}

export interface PrivateCollection {
  readonly name: string;
  readonly policy: string;
  readonly requiredPeerCount: number;
  readonly maxPeerCount: number;
  readonly blockToLive: number;
  readonly memberOnlyRead: boolean;
  readonly memberOnlyWrite: boolean;
}
export interface EndorsementPolicy {
  readonly expression: string | null;
  readonly reference: string | null;
  readonly tree: readonly PolicyNode[] | null;
}
export interface ChaincodeDefinition {
  readonly name: string;
  readonly version: string;
  readonly sequence: number;
  readonly initRequired: boolean;
  readonly endorsementPolicy: EndorsementPolicy;
  readonly collections: readonly PrivateCollection[];
  /** SHA-256, plain hex, of the definition's canonical bytes without the package id: what an approval binds to. */
  readonly digest: string;
}
/** A valid lifecycle transaction's effect. `mspId`: the approving organisation, null for a commit. */
export interface LifecycleRecord {
  readonly kind: 'APPROVED' | 'COMMITTED';
  readonly transactionIndex: number;
  readonly mspId: string | null;
  readonly definition: ChaincodeDefinition;
}
