import type { common } from '@hyperledger/fabric-protos';
import type { RawBlock } from '../../../model/block.js';
import { hex } from './bytes.js';
import { openFrame } from './frame.js';
import { headerHash } from './header.js';

/** Names a serialised `common.Block` by its own header. `frame`: the bytes, where they were read before. Throws where they are no block. */
export function rawBlock(bytes: Uint8Array, { header } = openFrame(bytes)): RawBlock {
  return {
    number: header.getNumber(),
    hash: headerHash(header),
    parentHash: parentHash(header),
    bytes,
  };
}

/** Plain hex; null in a genesis block, which has none. */
export function parentHash(header: common.BlockHeader): string | null {
  const previous = header.getPreviousHash_asU8();
  return previous.length === 0 ? null : hex(previous);
}
