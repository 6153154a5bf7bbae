import type { CanonicalReceipt } from '../blocks/canonicalBlock.js';
import { dataHex, quantityHex, rlp, rlpList, rlpString } from './rlp.js';

/** A receipt as its trie holds it (EIP-2718, EIP-658), as plain hex. `logsBloom`: as the node told it, 0x-prefixed. */
export function encodeReceipt(receipt: CanonicalReceipt, type: number, logsBloom: string): string {
  const outcome = receipt.status === undefined ? dataHex(receipt.root ?? '0x') : quantityHex(receipt.status);
  let logs = '';
  for (const log of receipt.logs) logs += rlp([dataHex(log.address), log.topics.map(dataHex), dataHex(log.data)]);
  const body = rlpList(
    rlpString(outcome) +
      rlpString(quantityHex(receipt.cumulativeGasUsed)) +
      rlpString(dataHex(logsBloom)) +
      rlpList(logs),
  );
  return type === 0 ? body : `0${type}${body}`;
}
