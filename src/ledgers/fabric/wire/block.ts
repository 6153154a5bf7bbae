import { common } from '@hyperledger/fabric-protos';
import { hex } from './bytes.js';
import { openEnvelope, timestampMs, type OpenEnvelope } from './envelope.js';
import { dataHash, headerBytes, headerHash } from './header.js';
import { openMetadata, type BlockMetadata } from './metadata.js';
import { parentHash } from './rawBlock.js';

/** A block with everything in it opened, nothing of it judged. */
export interface OpenBlock {
  readonly number: number;
  /** Plain hex. */
  readonly hash: string;
  readonly parentHash: string | null;
  readonly headerBytes: Uint8Array;
  /** The header's own. Plain hex. */
  readonly dataHash: string;
  readonly dataHashVerified: boolean;
  readonly envelopes: readonly OpenEnvelope[];
  readonly metadata: BlockMetadata;
  /** The newest timestamp among its envelopes: blocks themselves have none. */
  readonly timestampMs: number | null;
}

/** Opens a serialised `common.Block`. Throws where the bytes are no block at all. */
export function openBlock(bytes: Uint8Array): OpenBlock {
  const block = common.Block.deserializeBinary(bytes);
  const header = block.getHeader();
  if (header === undefined) throw new RangeError('The block has no header');
  const data = block.getData()?.getDataList_asU8() ?? [];
  const envelopes = data.map(openEnvelope);
  const told = hex(header.getDataHash_asU8());
  return {
    number: header.getNumber(),
    hash: headerHash(header),
    parentHash: parentHash(header),
    headerBytes: headerBytes(header),
    dataHash: told,
    dataHashVerified: told === dataHash(data),
    envelopes,
    metadata: openMetadata(block.getMetadata()?.getMetadataList_asU8() ?? []),
    timestampMs: newest(envelopes),
  };
}

/** Whether a block's transactions are those that its header names. */
export function holdsItsData(block: common.Block): boolean {
  const told = block.getHeader()?.getDataHash_asU8() ?? new Uint8Array(0);
  return hex(told) === dataHash(block.getData()?.getDataList_asU8() ?? []);
}

function newest(envelopes: readonly OpenEnvelope[]): number | null {
  return envelopes.reduce<number | null>((latest, envelope) => {
    const at = timestampMs(envelope.channelHeader);
    return at === null || (latest !== null && latest >= at) ? latest : at;
  }, null);
}
