import type { KnownContract } from '../ledger.js';

/** When a block can no longer be taken back: where the node's tag says so, or once `depth` blocks stand on it. */
export type Finality = { readonly tag: 'finalized' | 'safe' } | { readonly depth: number };

/**
 * How far answers are proven before anything is made of them.
 * `roots`: the block's hash is the Keccak-256 of its header, and transactions and receipts give the header's roots.
 * `header`: the hash only. `links`: hashes, numbers and counts must agree, for chains whose headers are hashed another way
 * (QBFT and IBFT networks, some roll-ups).
 */
export type Proof = 'roots' | 'header' | 'links';

/** `when busy`: where this thread has no time for it; handing over costs some. */
export type ProveInThread = 'never' | 'when busy' | 'always';

/** Times and sizes that a deployment has no reason to change and tests do. */
export interface Tuning {
  /** One HTTP request, from sending to the last byte. */
  readonly requestTimeoutMs: number;
  /** How long a failing question is tried again, over all endpoints, before it is an error. */
  readonly patienceMs: number;
  /** First pause of an endpoint that failed; doubles up to `maxBackoffMs`. */
  readonly backoffMs: number;
  readonly maxBackoffMs: number;
  /** Silence on the WebSocket after which it is asked whether it lives, and how long it may take to say so. */
  readonly heartbeatMs: number;
  /** How often endpoints that are not in use are asked for their head, to notice that the one in use is stale. */
  readonly lagProbeMs: number;
  /** An endpoint this many blocks behind another is left. */
  readonly lagBlocks: number;
  /** Contradictory answers are read again this often. */
  readonly rereads: number;
  readonly rereadPauseMs: number;
  /** Blocks asked for in one HTTP request at most; adapts downward by itself. */
  readonly batchBlocks: number;
  /** HTTP requests of one back-fill under way at once. */
  readonly concurrency: number;
  /** A longer answer is refused, and asked for in smaller pieces. */
  readonly maxResponseBytes: number;
}

/** One chain, as parley.yaml's `ledgers[].ethereum` says it. */
export interface EthereumOptions {
  readonly name: string;
  readonly chainId: number | bigint;
  /** HTTP endpoints, the preferred first. User and password in a URL become an Authorization header. */
  readonly rpc: readonly string[];
  /** WebSocket endpoint for new heads; null: heads are polled. */
  readonly ws: string | null;
  readonly startBlock: number;
  readonly finality: Finality;
  /** How many blocks a reorganisation may take back. */
  readonly reorgWindow: number;
  /** With their ABIs parsed. */
  readonly contracts: readonly KnownContract[];
  readonly pollIntervalMs?: number;
  readonly proof?: Proof;
  /** Whether long answers, as back-fill has them, are proven in a thread of their own. Default: never. */
  readonly proveInThread?: ProveInThread;
  readonly tuning?: Partial<Tuning>;
}

// 50 blocks × 4 requests reach what nodes can give; larger batches gain nothing and delay the first block.
export const defaultTuning: Tuning = {
  requestTimeoutMs: 15_000,
  patienceMs: 20_000,
  backoffMs: 250,
  maxBackoffMs: 10_000,
  heartbeatMs: 10_000,
  lagProbeMs: 15_000,
  lagBlocks: 8,
  rereads: 5,
  rereadPauseMs: 100,
  batchBlocks: 50,
  concurrency: 4,
  maxResponseBytes: 64 * 1024 * 1024,
};

export const defaultPollIntervalMs = 2_000;
