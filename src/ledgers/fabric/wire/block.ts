import { hash } from 'node:crypto';
import { hex } from './bytes.js';
import { openEnvelope, type OpenEnvelope } from './envelope.js';
import { openFrame } from './frame.js';
import { headerBytes } from './header.js';
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

/** Opens a serialised `common.Block`. `frame`: the bytes, where they were read before. Throws where they are no block at all. */
export function openBlock(bytes: Uint8Array, frame = openFrame(bytes)): OpenBlock {
  const { header } = frame;
  const envelopes = frame.envelopes.map(openEnvelope);
  const signed = headerBytes(header);
  return {
    number: header.getNumber(),
    hash: hash('sha256', signed, 'hex'),
    parentHash: parentHash(header),
    headerBytes: signed,
    dataHash: hex(header.getDataHash_asU8()),
    dataHashVerified: frame.holdsItsData,
    envelopes,
    metadata: openMetadata(frame.metadata),
    timestampMs: newest(envelopes),
  };
}

function newest(envelopes: readonly OpenEnvelope[]): number | null {
  return envelopes.reduce<number | null>((latest, { channelHeader }) => {
    const at = channelHeader?.timestampMs ?? null;
    return at === null || (latest !== null && latest >= at) ? latest : at;
  }, null);
}
