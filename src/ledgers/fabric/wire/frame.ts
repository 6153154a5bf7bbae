import { common } from '@hyperledger/fabric-protos';
import { hex } from './bytes.js';
import { BYTES_1, BYTES_2, BYTES_3, ABSENT, Fields, repeated } from './fields.js';
import { dataHash } from './header.js';

/** A block's own messages, its envelopes and metadata still closed. */
export interface BlockFrame {
  readonly header: common.BlockHeader;
  readonly envelopes: readonly Buffer[];
  readonly metadata: readonly Buffer[];
}

/** Opens the outermost messages of a serialised `common.Block`. Throws where the bytes are no block. */
export function openFrame(bytes: Uint8Array): BlockFrame {
  let header: Buffer | null = null;
  let [data, metadata] = [ABSENT, ABSENT];
  const fields = new Fields(bytes);
  while (fields.next()) {
    if (fields.key === BYTES_1) header = fields.value();
    else if (fields.key === BYTES_2) data = fields.value();
    else if (fields.key === BYTES_3) metadata = fields.value();
  }
  if (header === null) throw new RangeError('The block has no header');
  return {
    header: common.BlockHeader.deserializeBinary(header),
    envelopes: repeated(data, BYTES_1),
    metadata: repeated(metadata, BYTES_1),
  };
}

/** Whether a block's transactions are those that its header names. */
export const holdsItsData = ({ header, envelopes }: BlockFrame): boolean =>
  hex(header.getDataHash_asU8()) === dataHash(envelopes);
