import { common } from '@hyperledger/fabric-protos';
import { hex } from './bytes.js';
import { BYTES_1, BYTES_2, BYTES_3, ABSENT, Fields, repeated } from './fields.js';
import { dataHash } from './header.js';

/** A block's own messages, its envelopes and metadata still closed. */
export interface BlockFrame {
  readonly header: common.BlockHeader;
  readonly envelopes: readonly Buffer[];
  readonly metadata: readonly Buffer[];
  /** Whether its transactions are those that its header names. */
  readonly holdsItsData: boolean;
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
  const told = common.BlockHeader.deserializeBinary(header);
  const envelopes = repeated(data, BYTES_1);
  const holdsItsData = hex(told.getDataHash_asU8()) === dataHash(envelopes);
  return { header: told, envelopes, metadata: repeated(metadata, BYTES_1), holdsItsData };
}
