import { createHash, createHmac, randomBytes } from 'node:crypto';
import { rpcRequest } from './jsonRpc.js';

/** A built block as the Engine API carries it. */
export interface BuiltBlock {
  readonly executionPayload: {
    readonly parentHash: string;
    readonly blockHash: string;
    readonly blockNumber: string;
    readonly timestamp: string;
    readonly transactions: readonly string[];
  };
  readonly blobsBundle: { readonly commitments: readonly string[] };
  readonly executionRequests: readonly string[] | null;
}

/** Hashes of the blocks that the consensus layer calls head, safe and finalized; zero hash: none yet. */
export interface ForkChoice {
  readonly head: string;
  readonly safe: string;
  readonly finalized: string;
}

export const ZERO_HASH = `0x${'00'.repeat(32)}`;
/** There is no consensus layer, so there is no beacon block either; any constant will do. */
const PARENT_BEACON_BLOCK_ROOT = ZERO_HASH;

interface PayloadStatus {
  readonly status: string;
  readonly validationError?: string | null;
}

/** The consensus side of one execution node: builds blocks, hands them over and chooses the head (Engine API, Osaka). */
export interface EngineClient {
  /**
   * Builds a block on the node's head; it is not on the chain yet. `waiting` takes the pool's transactions, `none` leaves
   * it empty. (`testing_buildBlockV1` builds at once, where `engine_getPayload` may answer before the pool was looked at.)
   */
  build(
    parent: { readonly hash: string; readonly timestamp: number },
    transactions: 'waiting' | 'none',
  ): Promise<BuiltBlock>;
  /** Hands a block over without making it the head. */
  accept(block: BuiltBlock): Promise<void>;
  choose(choice: ForkChoice): Promise<void>;
}

/** @param jwtSecret 32 bytes that the node knows too. */
export function createEngineClient(rpc: string, engine: string, jwtSecret: Buffer): EngineClient {
  const call = <T>(method: string, params: readonly unknown[]): Promise<T> =>
    rpcRequest<T>(engine, method, params, { authorization: `Bearer ${bearerToken(jwtSecret)}` });
  return {
    build: (parent, transactions) =>
      rpcRequest<BuiltBlock>(rpc, 'testing_buildBlockV1', [
        parent.hash,
        payloadAttributes(parent.timestamp),
        transactions === 'none' ? [] : null,
        null,
      ]),
    accept: async (block) => {
      const { executionPayload, blobsBundle, executionRequests } = block;
      const params = [executionPayload, blobsBundle.commitments.map(versionedHash), PARENT_BEACON_BLOCK_ROOT];
      const status = await call<PayloadStatus>('engine_newPayloadV4', [...params, executionRequests ?? []]);
      requireValid('engine_newPayloadV4', status);
    },
    choose: async ({ head, safe, finalized }) => {
      const state = { headBlockHash: head, safeBlockHash: safe, finalizedBlockHash: finalized };
      const answer = await call<{ payloadStatus: PayloadStatus }>('engine_forkchoiceUpdatedV3', [state, null]);
      requireValid('engine_forkchoiceUpdatedV3', answer.payloadStatus);
    },
  };
}

function payloadAttributes(parentTimestamp: number): unknown {
  const timestamp = Math.max(parentTimestamp + 1, Math.floor(Date.now() / 1000));
  return {
    timestamp: `0x${timestamp.toString(16)}`,
    // Random, so that two branches never hold the same block.
    prevRandao: `0x${randomBytes(32).toString('hex')}`,
    suggestedFeeRecipient: `0x${'00'.repeat(20)}`,
    withdrawals: [],
    parentBeaconBlockRoot: PARENT_BEACON_BLOCK_ROOT,
  };
}

function requireValid(method: string, { status, validationError }: PayloadStatus): void {
  if (status !== 'VALID') throw new Error(`${method}: status ${status} ${validationError ?? ''}`);
}

/** EIP-4844: version 1 and the hash of the KZG commitment. */
function versionedHash(commitment: string): string {
  return `0x01${createHash('sha256')
    .update(Buffer.from(commitment.slice(2), 'hex'))
    .digest('hex')
    .slice(2)}`;
}

/** Engine API authentication: a JWT (HS256) whose `iat` is now. */
function bearerToken(secret: Buffer): string {
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode({ iat: Math.floor(Date.now() / 1000) })}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}
