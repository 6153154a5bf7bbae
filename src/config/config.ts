import type { LedgerId } from '../model/ids.js';
import type { ConfigFile } from './schema.js';

/** A Fabric channel to be read, with its files read in. */
export interface FabricLedgerConfig {
  readonly kind: 'fabric';
  readonly name: string;
  readonly channel: string;
  /** The parsed common connection profile; file references inside are replaced by their PEM. */
  readonly connectionProfile: ConnectionProfile;
  readonly identity: {
    readonly mspId: string;
    readonly certificatePem: string;
    readonly privateKeyPem: string;
    /** Where both were read, to be read again once the certificate has expired. */
    readonly files?: { readonly certificate: string; readonly privateKey: string };
  };
  readonly startBlock: number;
  readonly genesisHash: string | null;
  /**
   * The chaincode that collects signatures there; `governs`: it also keeps the consortium; `home`: the name of the ledger that does;
   * `network`: the consortium's id of its network. Null where none is configured.
   */
  readonly consortium: {
    readonly chaincode: string;
    readonly governs: boolean;
    readonly home: string;
    readonly network: string;
  } | null;
  readonly allowedLag: AllowedLag;
}

/** The parts of Fabric's common connection profile that Parley reads. */
export interface ConnectionProfile {
  readonly client?: { readonly organization?: string };
  readonly organizations?: Readonly<Record<string, { readonly mspid: string; readonly peers?: readonly string[] }>>;
  readonly channels?: Readonly<
    Record<string, { readonly peers?: Readonly<Record<string, unknown>> | readonly string[] }>
  >;
  readonly peers: Readonly<Record<string, ProfilePeer>>;
}
export interface ProfilePeer {
  /** `grpcs://host:port` or `grpc://host:port`. */
  readonly url: string;
  readonly tlsCACerts?: { readonly pem?: string };
  readonly grpcOptions?: Readonly<Record<string, string | number | boolean>>;
}

export interface EthereumLedgerConfig {
  readonly kind: 'ethereum';
  readonly name: string;
  readonly id: LedgerId;
  readonly chainId: number;
  readonly rpc: readonly string[];
  readonly ws: string | null;
  readonly startBlock: number;
  readonly finality: { readonly tag: 'finalized' | 'safe' } | { readonly depth: number };
  readonly reorgWindow: number;
  /** How far a node's blocks are proven before they are indexed. */
  readonly proof: 'roots' | 'header' | 'links';
  readonly allowedLag: AllowedLag;
  readonly contracts: readonly { readonly name: string; readonly address: string; readonly abi: readonly unknown[] }[];
  /** EIP-55. */
  readonly governors: readonly { readonly address: string; readonly timelock: string | null }[];
  /** The members' accounts on this chain, EIP-55. */
  readonly voters: readonly string[];
}

export interface AllowedLag {
  readonly blocks: number;
  readonly seconds: number;
}

export type LedgerConfig = FabricLedgerConfig | EthereumLedgerConfig;

export interface MemberConfig {
  readonly id: string;
  readonly name: string;
  readonly mspIds: readonly string[];
  readonly accounts: readonly { readonly ledger: LedgerId; readonly address: string }[];
}

/** Networks of Amazon Managed Blockchain in one region. Credentials come as AWS's own tools find them. */
export interface AmbConfig {
  readonly region: string;
  readonly networks: readonly string[];
  readonly actingMembers: readonly string[];
  readonly pollSeconds: number;
  readonly endpoint: string | null;
}

/** A key that this process signs with, read in. */
export type SignerConfig = { readonly id: string; readonly member: string } & (
  | {
      readonly kind: 'fabric';
      readonly mspId: string;
      readonly certificatePem: string;
      readonly privateKeyPem: string;
    }
  | { readonly kind: 'ethereum'; /** 64 hex digits. */ readonly privateKey: string }
);

/** The whole configuration: checked, files read, paths absolute. Plain data: it may be handed to a worker. Holds secrets: never print it. */
export interface Config {
  /** The file it came from. */
  readonly file: string;
  readonly server: ConfigFile['server'];
  readonly store: { readonly url: string };
  readonly limits: ConfigFile['limits'];
  readonly network: { readonly id: string; readonly name: string; readonly description: string | null };
  readonly members: readonly MemberConfig[];
  readonly ledgers: readonly LedgerConfig[];
  readonly amb: readonly AmbConfig[];
  readonly signers: readonly SignerConfig[];
}
