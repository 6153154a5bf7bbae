import type { Keccak } from './keccak.js';
import { integerHex, rlpList, rlpString } from './rlp.js';

/** One leaf on its way down: its key as hex nibbles, and its value as plain hex. */
interface Leaf {
  readonly key: string;
  readonly value: string;
}

/**
 * The root of the Merkle-Patricia trie that holds a list under the RLP of each index (Yellow Paper, appendix D): a
 * block's transactions and receipts. `values` and the root are plain hex.
 */
export function orderedRoot(values: readonly string[], keccak: Keccak): string {
  const hash = (encoded: string): string => keccak(Buffer.from(encoded, 'hex'));
  if (values.length === 0) return hash('80');
  const leaves = values.map((value, index) => ({ key: rlpString(integerHex(index)), value }));
  leaves.sort((a, b) => (a.key < b.key ? -1 : 1));
  return hash(encodeNode(leaves, 0, hash));
}

type Hash = (encoded: string) => string;

/** The node that holds `leaves` (sorted by key, at least one), of whose keys `depth` nibbles are used up. */
function encodeNode(leaves: readonly Leaf[], depth: number, hash: Hash): string {
  const [first] = leaves;
  if (first === undefined) return '80';
  if (leaves.length === 1) return rlpList(rlpString(path(first.key.slice(depth), true)) + rlpString(first.value));
  const shared = sharedLength(leaves, depth);
  if (shared === 0) return encodeBranch(leaves, depth, hash);
  const below = encodeBranch(leaves, depth + shared, hash);
  return rlpList(rlpString(path(first.key.slice(depth, depth + shared), false)) + reference(below, hash));
}

// No key of an index is the beginning of another, so a branch never holds a value of its own.
function encodeBranch(leaves: readonly Leaf[], depth: number, hash: Hash): string {
  let body = '';
  let start = 0;
  for (const nibble of '0123456789abcdef') {
    let end = start;
    while (end < leaves.length && leaves[end]?.key[depth] === nibble) end += 1;
    body += end === start ? '80' : reference(encodeNode(leaves.slice(start, end), depth + 1, hash), hash);
    start = end;
  }
  return rlpList(`${body}80`);
}

function sharedLength(leaves: readonly Leaf[], depth: number): number {
  const first = leaves[0]?.key ?? '';
  const last = leaves.at(-1)?.key ?? '';
  let end = depth;
  while (end < first.length && first[end] === last[end]) end += 1;
  return end - depth;
}

/** Nodes shorter than a hash stand in their parent themselves. */
const reference = (encoded: string, hash: Hash): string => (encoded.length < 64 ? encoded : rlpString(hash(encoded)));

/** Hex-prefix encoding of nibbles. */
function path(nibbles: string, terminal: boolean): string {
  const flag = terminal ? 2 : 0;
  return nibbles.length % 2 === 0 ? `${flag}0${nibbles}` : `${flag + 1}${nibbles}`;
}
