import type { RpcErrorObject } from './wire.js';

/**
 * What a node means by an error. JSON-RPC fixes few codes and every client words its own, so both are read.
 * `unknown` stands for what is about the question itself.
 */
export type Refusal =
  'throttled' | 'too large' | 'no such method' | 'not yet' | 'no history' | 'reverted' | 'trouble' | 'unknown';

const WORDINGS: readonly (readonly [Refusal, RegExp])[] = [
  // First: what follows is the contract's own text, and a contract may say "rate limit" if it likes.
  ['reverted', /^(execution reverted|VM Exception|Error: VM Exception|revert)/i],
  ['not yet', /indexing is in progress/i],
  ['throttled', /rate.?limit|too many requests|request limit|capacity exceeded|compute units|throttl|quota/i],
  ['too large', /(batch|response|result|request|payload|body)\b.*\b(too (large|big|many)|limit|exceed|not supported)/i],
  [
    'no such method',
    /method\b.*\b(not found|not available|not supported|unsupported|does not exist|is not whitelisted)/i,
  ],
  [
    'no history',
    /missing trie node|historical|history|pruned|state .*(not |un)available|(header|block) (\S+ )?not found|unknown block|out ?of ?range|cannot find header|not an archive|archive node/i,
  ],
  [
    'reverted',
    /reverted|out of gas|invalid opcode|invalid jump|stack (under|over)flow|bad instruction|EVM error|VM Exception/i,
  ],
  ['trouble', /time.?out|timed out|deadline|internal error|temporar|unavailable|overloaded|shutting down/i],
];

const CODES: ReadonlyMap<number, Refusal> = new Map([
  [3, 'reverted'],
  [429, 'throttled'],
  [-32005, 'throttled'],
  [-32601, 'no such method'],
  [-32603, 'trouble'],
]);

/** What a JSON-RPC error means. The wording goes before the code: nodes reuse codes, and -32000 says nothing. */
export function refusalOf(error: RpcErrorObject): Refusal {
  if (error.code === 3) return 'reverted';
  const worded = WORDINGS.find(([, wording]) => wording.test(error.message));
  return worded?.[0] ?? CODES.get(error.code) ?? 'unknown';
}
