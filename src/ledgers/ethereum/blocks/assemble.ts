import type { RawBlock } from '../../../model/block.js';
import type { Proof } from '../options.js';
import type { Keccak } from '../proofs/keccak.js';
import { disproof } from '../proofs/prove.js';
import { disagreement } from './agreement.js';
import { canonicalBytes, type CanonicalAnswer } from './canonicalBlock.js';
import { data, fieldsOf, MalformedAnswer, type Fields } from './fields.js';
import { readBlock } from './readBlock.js';
import { readReceipt } from './readReceipt.js';

/** A block, or why a node's answers do not make one. */
export type Assembled =
  { readonly ok: true; readonly block: RawBlock } | { readonly ok: false; readonly contradiction: string };

/** Makes one raw block of a node's answers about number `number`, where they agree and prove each other. */
export function assemble(number: number, block: unknown, receipts: unknown, proof: Proof, keccak: Keccak): Assembled {
  try {
    return assembleSound(number, fieldsOf(block, 'the block'), receiptsOf(receipts), proof, keccak);
  } catch (error) {
    if (error instanceof MalformedAnswer) return { ok: false, contradiction: error.message };
    throw error;
  }
}

function assembleSound(
  number: number,
  block: Fields,
  receipts: readonly Fields[],
  proof: Proof,
  keccak: Keccak,
): Assembled {
  // Reading first: it makes sure that the lists compared next are lists of objects.
  const canonical = readBlock(block);
  const answer: CanonicalAnswer = { block: canonical, receipts: receipts.map(readReceipt) };
  const blooms = receipts.map((receipt) => (proof === 'roots' ? data(receipt, 'logsBloom', 256) : '0x'));
  const contradiction = disagreement(block, receipts, number) ?? disproof(answer, blooms, proof, keccak);
  if (contradiction !== null) return { ok: false, contradiction };
  const { hash, parentHash } = canonical;
  return { ok: true, block: { number, hash, parentHash, bytes: canonicalBytes(answer) } };
}

/** In the order of the transactions: not every node keeps it. */
function receiptsOf(value: unknown): readonly Fields[] {
  if (value === null) throw new MalformedAnswer('the block has no receipts');
  if (!Array.isArray(value)) throw new MalformedAnswer('the receipts are no list');
  const receipts = value.map((item) => fieldsOf(item, 'a receipt'));
  return receipts.sort((a, b) => Number(a['transactionIndex']) - Number(b['transactionIndex']));
}
