import type { common } from '@hyperledger/fabric-protos';
import type { KeyPair, OrganizationMaterial } from './ports.js';

/** RAFT signs a block once; BFT has four consenters, a quorum of which (three) signs. */
export type Consensus = 'RAFT' | 'BFT';

export interface ChannelOptions {
  readonly name: string;
  readonly consensus: Consensus;
  /** MSP ids of the application organisations. */
  readonly organizations: readonly string[];
  readonly batchTimeoutMs?: number;
  readonly maxMessageCount?: number;
  readonly preferredMaxBytes?: number;
  readonly absoluteMaxBytes?: number;
}

export interface OrganizationOptions {
  /** As in `harvest`: names hosts and directories. */
  readonly name: string;
  readonly mspId: string;
  /** Of the peer's gRPC endpoint on localhost; 0 (and absent) lets the system choose once, and it is kept with the material. */
  readonly peerPort?: number;
}

export interface NetworkOptions {
  /** Where material, ports and blocks are kept and found again. */
  readonly directory: string;
  /** Default: HarvestMSP, MeridianMSP, NorthwindMSP. */
  readonly organizations?: readonly OrganizationOptions[];
  /** Default: `trade` (BFT, all three) and `payments` (RAFT, Meridian and Northwind). */
  readonly channels?: readonly ChannelOptions[];
  /** Of the first, second … orderer; 0 (and absent) as above. */
  readonly ordererPorts?: readonly number[];
}

/** Absolute paths of one organisation's files. */
export interface OrganizationFiles {
  /** Fabric's common connection profile, JSON: its own peer first, then the others as stand-ins. */
  readonly connectionProfile: string;
  readonly users: Readonly<Record<string, { readonly certificate: string; readonly privateKey: string }>>;
}

/** An ordering organisation has one orderer. */
export interface OrderingOrganization extends OrganizationMaterial {
  readonly orderer: KeyPair & { readonly tls: KeyPair };
  /** host:port */
  readonly ordererEndpoint: string;
  readonly files: Pick<OrganizationFiles, 'users'>;
}

/** One organisation of the application group; its peer is always there. */
export interface PeerOrganization extends OrganizationMaterial {
  readonly peerEndpoint: string;
  readonly peer: KeyPair & { readonly tls: KeyPair };
  readonly files: OrganizationFiles;
}

export interface NetworkChannel extends ChannelOptions {
  readonly genesis: common.Block;
}

/** What embedded and real Fabric have in common: organisations, their certificates, endpoints and genesis blocks. */
export interface World {
  readonly directory: string;
  readonly organizations: readonly PeerOrganization[];
  readonly orderingOrganizations: readonly OrderingOrganization[];
  readonly channels: readonly NetworkChannel[];
}
