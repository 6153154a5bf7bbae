import type { CanonicalBlock } from '../blocks/canonicalBlock.js';
import { dataHex, quantityHex, rlp } from './rlp.js';

// The fields that forks added, in the order in which they stand in the header: London, Shanghai, Cancun (three), Prague, Amsterdam (two).
const ADDED: readonly (readonly [keyof CanonicalBlock, (hex: string) => string])[] = [
  ['baseFeePerGas', quantityHex],
  ['withdrawalsRoot', dataHex],
  ['blobGasUsed', quantityHex],
  ['excessBlobGas', quantityHex],
  ['parentBeaconBlockRoot', dataHex],
  ['requestsHash', dataHex],
  ['blockAccessListHash', dataHex],
  ['slotNumber', quantityHex],
];

/** The RLP of a block's header (Yellow Paper, section 4.4), as plain hex: its Keccak-256 is the block's hash. */
export function headerRlp(block: CanonicalBlock): string {
  const fields = [
    dataHex(block.parentHash),
    dataHex(block.sha3Uncles),
    dataHex(block.miner),
    dataHex(block.stateRoot),
    dataHex(block.transactionsRoot),
    dataHex(block.receiptsRoot),
    dataHex(block.logsBloom),
    quantityHex(block.difficulty),
    quantityHex(block.number),
    quantityHex(block.gasLimit),
    quantityHex(block.gasUsed),
    quantityHex(block.timestamp),
    dataHex(block.extraData),
    dataHex(block.mixHash ?? '0x'),
    dataHex(block.nonce ?? '0x'),
  ];
  for (const [field, toHex] of ADDED) {
    const value = block[field];
    if (typeof value === 'string') fields.push(toHex(value));
  }
  return rlp(fields);
}
