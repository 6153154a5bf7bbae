import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { common } from '@hyperledger/fabric-protos';
import { VersionedStore } from '../../../../../devnet/fabric/peer/state/versionedStore.js';
import { blockNumber, noteOfCommitHash, transactionsFilter } from '../../../../../devnet/fabric/peer/messages/block.js';
import { validateBlock } from '../../../../../devnet/fabric/peer/validate/validateBlock.js';
import { bundleIn, revalidate } from './revalidate.js';

const DIRECTORY = 'test/fixtures/fabric/bft-trade/blocks';
const blocks = readdirSync(DIRECTORY)
  .sort()
  .map((name) => common.Block.deserializeBinary(readFileSync(`${DIRECTORY}/${name}`)));

describe('validation of blocks recorded from a real network', () => {
  const replayed = [...revalidate('trade', blocks)];

  test('gives every transaction the code that a real peer gave it', () => {
    const codes = replayed.map(({ block, filter }) => [blockNumber(block), [...filter]]);
    expect(codes).toEqual(replayed.map(({ block }) => [blockNumber(block), [...transactionsFilter(block)]]));
    expect(new Set(replayed.flatMap(({ filter }) => [...filter]))).toEqual(new Set([0, 10, 11, 12]));
  });

  test('writes the same state: every commit hash is that of a real peer', () => {
    const hashes = replayed.map(({ commitHash }) => Buffer.from(commitHash).toString('hex'));
    expect(hashes).toEqual(replayed.map(({ block }) => Buffer.from(noteOfCommitHash(block)).toString('hex')));
    expect(new Set(hashes).size).toBe(48);
  });

  test("one changed bit of the creator's signature makes the code BAD_CREATOR_SIGNATURE", () => {
    const bundle = bundleIn('trade', blocks[0]);
    const spoilt = blocks[3]?.cloneMessage();
    const bytes = spoilt?.getData()?.getDataList_asU8()[0];
    if (bundle === null || spoilt === undefined || bytes === undefined) throw new Error('recorded blocks are missing');
    const envelope = common.Envelope.deserializeBinary(bytes);
    const signature = envelope.getSignature_asU8();
    signature[signature.length - 1] = (signature.at(-1) ?? 0) ^ 1;
    envelope.setSignature(signature);
    spoilt.getData()?.setDataList([envelope.serializeBinary()]);
    const validated = validateBlock(spoilt, {
      state: new VersionedStore(),
      bundle,
      hasTransaction: () => false,
      acceptsConfig: () => false,
    });
    expect([...validated.filter]).toEqual([4]);
  });
});
