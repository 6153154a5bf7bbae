import { assemble, type Assembled } from '../blocks/assemble.js';
import { decodeReplies, type RpcReply } from '../jsonRpc/wire.js';
import type { Proof } from '../options.js';
import type { Keccak } from './keccak.js';

/** The text of a node's answer to `before` other calls, then two for each number: its block, and its receipts. */
export interface AnswerText {
  readonly text: string;
  readonly before: number;
  readonly numbers: readonly number[];
  readonly proof: Proof;
}

/** The replies, with what was made of blocks that came: of those the replies' own results are left out. */
export interface ProvenAnswer {
  readonly replies: readonly RpcReply[];
  /** In the order of the numbers; null where no block came. */
  readonly assembled: readonly (Assembled | null)[];
}

const MADE: RpcReply = { ok: true, result: null };

/** Reads an answer and makes its blocks, wherever that is done. Throws `EndpointFault` where it is no answer. */
export function proveAnswer({ text, before, numbers, proof }: AnswerText, keccak: Keccak): ProvenAnswer {
  const replies = [...decodeReplies(text, before + 2 * numbers.length)];
  const assembled = numbers.map((number, i) => {
    const at = before + 2 * i;
    const [block, receipts] = [replies[at], replies[at + 1]];
    if (block?.ok !== true || receipts?.ok !== true || block.result === null) return null;
    replies[at] = replies[at + 1] = MADE;
    return assemble(number, block.result, receipts.result, proof, keccak);
  });
  return { replies, assembled };
}
