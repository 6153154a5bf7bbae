import type { BlockRef, DecodedBlock, RawBlock } from '../../model/block.js';

/** What is wrong with a block by itself and where it stands; empty where nothing is. */
export type ChainCheck = (raw: RawBlock, decoded: DecodedBlock, previous: BlockRef | null) => readonly string[];

/**
 * Checks of each block: that its hash is that of its own header, that it follows the block before, that its contents are those that its header
 * names, and (of a channel) that its orderers signed it under the configuration in force. `prove`: of a chain's blocks.
 */
export const chainCheck =
  (prove: ((raw: RawBlock) => string | null) | null): ChainCheck =>
  (raw, decoded, previous) => [
    ...standing(raw, decoded, previous),
    ...(decoded.detail.kind === 'fabric' ? ofChannel(decoded) : []),
    ...(prove === null ? [] : proven(prove, raw)),
  ];

function standing(raw: RawBlock, decoded: DecodedBlock, previous: BlockRef | null): string[] {
  const problems: string[] = [];
  if (decoded.number !== raw.number) problems.push(`its bytes are of block ${decoded.number}`);
  if (decoded.hash !== raw.hash) problems.push(`its header has the hash ${decoded.hash}, it is kept as ${raw.hash}`);
  if (previous === null) return problems;
  if (decoded.number !== previous.number + 1) problems.push(`it stands after block ${previous.number}`);
  if (decoded.parentHash !== previous.hash)
    problems.push(`it names the block before as ${decoded.parentHash ?? 'none'}, which is ${previous.hash}`);
  return problems;
}

function ofChannel({ number, detail }: DecodedBlock): string[] {
  if (detail.kind !== 'fabric') return [];
  const problems: string[] = [];
  if (!detail.dataHashVerified) problems.push(`its data do not have the hash ${detail.dataHash} that its header names`);
  if (!detail.signaturesVerified && number > 0)
    problems.push('too few orderers of the configuration in force signed it');
  return problems;
}

function proven(prove: (raw: RawBlock) => string | null, raw: RawBlock): string[] {
  const problem = prove(raw);
  return problem === null ? [] : [problem];
}
