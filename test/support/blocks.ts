import { createHash } from 'node:crypto';
import type { DecodedBlock, DecodedTransaction } from '../../src/model/block.js';
import type { LedgerId } from '../../src/model/ids.js';
import { ethereumParts } from './ethereumBlocks.js';
import { fabricParts } from './fabricBlocks.js';
import { seeded, type Random } from './random.js';

/** What a made-up chain looks like. */
export interface ChainPlan {
  readonly ledger: LedgerId;
  readonly seed: number;
  /** Of each block; 3 where absent. */
  readonly transactions?: number;
  readonly startMs?: number;
}
export type Parts = Pick<DecodedBlock, 'detail' | 'config' | 'lifecycle' | 'tokenTransfers'> & {
  readonly transactions: readonly DecodedTransaction[];
};
export interface PartsRequest {
  readonly random: Random;
  readonly number: number;
  readonly hash: string;
  readonly timestampMs: number;
  readonly transactions: number;
}

export const ETHEREUM_LEDGER: LedgerId = 'eip155:31337';
export const FABRIC_LEDGER: LedgerId = 'fabric:00112233445566778899aabbccddeeff';
const START_MS = Date.UTC(2026, 0, 1);
const BLOCK_MS = 12_000;

/**
 * The block that follows `parent` on a made-up chain. `branch` tells branches apart: the same plan, parent and branch give the
 * same block. Its bytes are its own content as JSON, so that `decodeMade` can read it again.
 */
export function makeBlock(plan: ChainPlan, parent: DecodedBlock | null, branch = 'main'): DecodedBlock {
  const number = parent === null ? 0 : parent.number + 1;
  const key = createHash('sha256')
    .update(`${plan.seed}/${parent?.hash ?? ''}/${number}/${branch}`)
    .digest();
  const onChain = plan.ledger.startsWith('eip155:');
  const hash = onChain ? `0x${key.toString('hex')}` : key.toString('hex');
  const timestampMs = (plan.startMs ?? START_MS) + number * BLOCK_MS;
  const request = {
    random: seeded(key.readUInt32BE(0)),
    number,
    hash,
    timestampMs,
    transactions: plan.transactions ?? 3,
  };
  const parts = onChain ? ethereumParts(request) : fabricParts(request);
  const content = { ledger: plan.ledger, number, hash, parentHash: parent?.hash ?? null, timestampMs, ...parts };
  return { ...content, bytes: Buffer.from(JSON.stringify(content)) };
}

/** A chain of `length` blocks, on `parent` where given. */
export function makeChain(
  plan: ChainPlan,
  length: number,
  { on = null, branch = 'main' }: { readonly on?: DecodedBlock | null; readonly branch?: string } = {},
): DecodedBlock[] {
  const blocks: DecodedBlock[] = [];
  for (let at = 0; at < length; at += 1) blocks.push(makeBlock(plan, blocks.at(-1) ?? on, branch));
  return blocks;
}

/** Reads a made-up block's bytes. */
export function decodeMade(bytes: Uint8Array): DecodedBlock {
  const content = JSON.parse(Buffer.from(bytes).toString('utf8')) as Omit<DecodedBlock, 'bytes'>;
  return { ...content, bytes };
}
