import type { RawBlock } from '../../../model/block.js';
import type { CanonicalAnswer, CanonicalLog } from '../blocks/canonicalBlock.js';
import type { Proof } from '../options.js';
import { createKeccak256, type Keccak } from './keccak.js';
import { disproof } from './prove.js';

/** Proves blocks as they are kept: null, or the first thing in the bytes that their own hashes belie. */
export type StoredProof = (raw: RawBlock) => string | null;

/** What a node's answer must prove of itself, of bytes that were kept; the receipts' blooms are made of their logs. */
export async function storedProof(proof: Proof): Promise<StoredProof> {
  const keccak = await createKeccak256();
  return (raw) => {
    const answer = JSON.parse(Buffer.from(raw.bytes).toString('utf8')) as CanonicalAnswer;
    const { hash, parentHash, number } = answer.block;
    if (hash !== raw.hash || Number(number) !== raw.number)
      return `the bytes are of block ${Number(number)} ${hash}, kept as block ${raw.number} ${raw.hash}`;
    if (raw.parentHash !== null && parentHash !== raw.parentHash)
      return `the bytes name the parent ${parentHash}, kept is ${raw.parentHash}`;
    const blooms = answer.receipts.map(({ logs }) => bloomOf(logs, keccak));
    return disproof(answer, blooms, proof, keccak);
  };
}

const BLOOM_BYTES = 256;
const BLOOM_BITS = 2048;

/** The yellow paper's M3:2048: three bits each for the address and for every topic. */
function bloomOf(logs: readonly CanonicalLog[], keccak: Keccak): string {
  const bloom = Buffer.alloc(BLOOM_BYTES);
  for (const { address, topics } of logs) {
    for (const word of [address, ...topics]) {
      const hash = Buffer.from(keccak(Buffer.from(word.slice(2), 'hex')), 'hex');
      for (const at of [0, 2, 4]) {
        const bit = hash.readUInt16BE(at) % BLOOM_BITS;
        const place = BLOOM_BYTES - 1 - (bit >> 3);
        bloom[place] = (bloom[place] ?? 0) | (1 << (bit & 7));
      }
    }
  }
  return `0x${bloom.toString('hex')}`;
}
