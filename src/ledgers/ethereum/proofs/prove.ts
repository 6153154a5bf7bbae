import { LAST_KNOWN_TYPE, type CanonicalAnswer, type CanonicalTransaction } from '../blocks/canonicalBlock.js';
import type { Proof } from '../options.js';
import { headerRlp } from './header.js';
import type { Keccak } from './keccak.js';
import { orderedRoot } from './orderedRoot.js';
import { encodeReceipt } from './receipt.js';
import { encodeTransaction } from './transaction.js';

/**
 * The first thing in a node's answer that its own hashes belie; null where all hold. Proven are the header by the block's
 * hash, and by the header's roots every transaction, status, gas figure and log. Not proven is `from`, which would take
 * a signature recovery for each transaction. Blocks with transaction types that Parley does not know keep their header's proof only.
 * `blooms`: the receipts' logsBloom as the node told them; the root binds them too.
 */
export function disproof(
  answer: CanonicalAnswer,
  blooms: readonly string[],
  proof: Proof,
  keccak: Keccak,
): string | null {
  if (proof === 'links') return null;
  const { block } = answer;
  const hash = `0x${keccak(Buffer.from(headerRlp(block), 'hex'))}`;
  if (hash !== block.hash) return `the header gives the hash ${hash}, not ${block.hash} ${OTHER_HASHING}`;
  const known = block.transactions.every(({ type }) => Number(type) <= LAST_KNOWN_TYPE);
  if (proof === 'header' || !known) return null;
  return transactionDisproof(answer, keccak) ?? receiptDisproof(answer, blooms, keccak);
}

/** What an operator of such a chain must know to read it at all. */
const OTHER_HASHING =
  '(a chain that hashes its headers in another way, as QBFT and IBFT do, is read with `proof: links`)';

function transactionDisproof({ block }: CanonicalAnswer, keccak: Keccak): string | null {
  const encoded = block.transactions.map((transaction) => encodeTransaction(transaction) ?? '');
  for (const [index, transaction] of block.transactions.entries()) {
    const hash = `0x${keccak(Buffer.from(encoded[index] ?? '', 'hex'))}`;
    if (hash !== transaction.hash && !isImpersonated(transaction)) {
      return `transaction ${index} gives the hash ${hash}, not ${transaction.hash}`;
    }
  }
  const root = `0x${orderedRoot(encoded, keccak)}`;
  if (root === block.transactionsRoot || block.transactions.some(isBlob)) return null;
  return `the transactions give the root ${root}, not ${block.transactionsRoot}`;
}

// Anvil makes the root of blob transactions with their sidecars, which no block holds. Each one's own hash has been proven.
const isBlob = ({ type }: CanonicalTransaction): boolean => type === '0x3';

/** Development nodes let anyone act as any account; such a transaction has a stand-in for a signature and a hash of its own. */
const isImpersonated = ({ r, s }: CanonicalTransaction): boolean => r === s && Number(r) <= 1;

function receiptDisproof(
  { block, receipts }: CanonicalAnswer,
  blooms: readonly string[],
  keccak: Keccak,
): string | null {
  const encoded = receipts.map((receipt, index) =>
    encodeReceipt(receipt, Number(block.transactions[index]?.type), blooms[index] ?? '0x'),
  );
  const root = `0x${orderedRoot(encoded, keccak)}`;
  if (root !== block.receiptsRoot) return `the receipts give the root ${root}, not ${block.receiptsRoot}`;
  let before = 0n;
  for (const [index, receipt] of receipts.entries()) {
    const after = BigInt(receipt.cumulativeGasUsed);
    if (after - before !== BigInt(receipt.gasUsed)) return `receipt ${index} tells another gasUsed than its sums`;
    before = after;
  }
  return null;
}
