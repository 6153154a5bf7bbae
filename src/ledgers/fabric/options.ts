import type { ConnectionProfile } from '../../config/index.js';
import type { LedgerId } from '../../model/ids.js';

/** What it takes to read a Fabric channel; `ledgers[].fabric` of parley.yaml with its files read in. Holds a private key: never print it. */
export interface FabricLedgerOptions {
  readonly name: string;
  readonly channel: string;
  readonly connectionProfile: ConnectionProfile;
  readonly identity: FabricClientIdentity;
  /** Default 0. */
  readonly startBlock?: number;
  /** The genesis block's header hash, plain hex; asked of the peers where null. */
  readonly genesisHash?: string | null;
  /** The ledger's id as known from before, so that a channel whose peers are down has one; checked as soon as a peer answers. */
  readonly knownId?: LedgerId | null;
  readonly timings?: Partial<FabricTimings>;
}

export interface FabricClientIdentity {
  readonly mspId: string;
  readonly certificatePem: string;
  readonly privateKeyPem: string;
  /** Files that hold both: they are read again once the certificate has expired. */
  readonly files?: { readonly certificate: string; readonly privateKey: string };
}

/** How long to wait for what. */
export interface FabricTimings {
  /** For a peer to take a connection and give its first answer, and for each block of a range. */
  readonly answerTimeoutMs: number;
  readonly evaluateTimeoutMs: number;
  /** A stream that is silent for this long is looked into: is the peer alive, do others go on, are we still a member? */
  readonly idleProbeMs: number;
  /** As many probes in a row must agree before silence is called a removal or a lag. */
  readonly idleProbesToAgree: number;
  readonly minBackoffMs: number;
  readonly maxBackoffMs: number;
}

export const DEFAULT_TIMINGS: FabricTimings = {
  answerTimeoutMs: 10_000,
  evaluateTimeoutMs: 35_000, // A peer itself gives up after 30 s.
  idleProbeMs: 10_000,
  idleProbesToAgree: 3,
  minBackoffMs: 250,
  maxBackoffMs: 10_000,
};
