import type { Fields } from './fields.js';

/**
 * The first place where a node's block and receipts do not belong together; null where they do. Compared as the node said them,
 * before anything is left out.
 */
export function disagreement(block: Fields, receipts: readonly Fields[], number: number): string | null {
  if (Number(block['number']) !== number) return `block ${number} was asked for, ${show(block['number'])} came`;
  const transactions = block['transactions'] as readonly Fields[];
  if (transactions.length !== receipts.length) {
    return `${transactions.length} transactions have ${receipts.length} receipts`;
  }
  for (const [index, transaction] of transactions.entries()) {
    const receipt = receipts[index];
    const found =
      misplaced(transaction, block, index, 'transaction') ??
      (receipt === undefined ? 'a receipt is missing' : receiptDisagreement(receipt, transaction, block, index));
    if (found !== null) return found;
  }
  return null;
}

function receiptDisagreement(receipt: Fields, transaction: Fields, block: Fields, index: number): string | null {
  if (!same(receipt['transactionHash'], transaction['hash'])) {
    return `receipt ${index} belongs to transaction ${show(receipt['transactionHash'])}`;
  }
  const found = misplaced(receipt, block, index, 'receipt');
  if (found !== null) return found;
  const logs = Array.isArray(receipt['logs']) ? (receipt['logs'] as readonly Fields[]) : [];
  for (const log of logs) {
    if (log['removed'] === true) return `a log of transaction ${index} was taken back`;
    const wrong = misplaced(log, block, index, 'log');
    if (wrong !== null) return wrong;
    if (!same(log['transactionHash'], transaction['hash'])) return `a log of transaction ${index} belongs to another`;
  }
  return null;
}

/** What is inside a block says which block that is. */
function misplaced(item: Fields, block: Fields, index: number, what: string): string | null {
  if (!same(item['blockHash'], block['hash'])) return `${what} ${index} belongs to block ${show(item['blockHash'])}`;
  if (!sameNumber(item['blockNumber'], block['number'])) return `${what} ${index} tells another block number`;
  if (!sameNumber(item['transactionIndex'], index)) return `${what} ${index} tells another index`;
  return null;
}

const same = (a: unknown, b: unknown): boolean =>
  a === b || (typeof a === 'string' && typeof b === 'string' && a.toLowerCase() === b.toLowerCase());
const sameNumber = (a: unknown, b: unknown): boolean => a != null && Number(a) === Number(b);
const show = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 66) : String(value));
