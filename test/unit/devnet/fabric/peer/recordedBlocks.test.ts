import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { common } from '@hyperledger/fabric-protos';
import { Bundle } from '../../../../../devnet/fabric/config/bundle.js';
import { commitHash } from '../../../../../devnet/fabric/peer/state/commitHash.js';
import { VersionedStore } from '../../../../../devnet/fabric/peer/state/versionedStore.js';
import {
  blockNumber,
  configOf,
  noteOfCommitHash,
  transactionsFilter,
} from '../../../../../devnet/fabric/peer/messages/block.js';
import { isNextConfig } from '../../../../../devnet/fabric/peer/validate/config.js';
import { validateBlock } from '../../../../../devnet/fabric/peer/validate/validateBlock.js';
import type { ValidatedBlock } from '../../../../../devnet/fabric/peer/validate/validateBlock.js';

const DIRECTORY = 'test/fixtures/fabric/bft-trade/blocks';
const blocks = readdirSync(DIRECTORY)
  .sort()
  .map((name) => common.Block.deserializeBinary(readFileSync(`${DIRECTORY}/${name}`)));

function bundleOf(block: common.Block): Bundle | null {
  const config = configOf(block)?.getConfig();
  return config === undefined ? null : new Bundle('trade', config);
}

/** Validates the recorded blocks as a peer does, on top of each other. */
function* replay(): Generator<{ block: common.Block; validated: ValidatedBlock; hash: Uint8Array }> {
  const [genesis, ...rest] = blocks;
  let bundle = genesis === undefined ? null : bundleOf(genesis);
  if (bundle === null) throw new Error('the first recorded block is no config block');
  const state = new VersionedStore();
  const ids = new Set<string>();
  let hash = new Uint8Array();
  for (const block of rest) {
    const inForce: Bundle = bundle;
    const validated = validateBlock(block, {
      state,
      bundle: inForce,
      hasTransaction: (id) => ids.has(id),
      acceptsConfig: (config) => isNextConfig(inForce, config),
    });
    hash = Uint8Array.from(commitHash(validated.filter, validated.updates, hash));
    state.apply(validated.updates.changes);
    for (const { checked } of validated.transactions) if (checked.type === 'endorser') ids.add(checked.id);
    bundle = bundleOf(block) ?? bundle;
    yield { block, validated, hash };
  }
}

describe('validation of blocks recorded from a real network', () => {
  const replayed = [...replay()];

  test('gives every transaction the code that a real peer gave it', () => {
    const codes = replayed.map(({ block, validated }) => [blockNumber(block), [...validated.filter]]);
    expect(codes).toEqual(replayed.map(({ block }) => [blockNumber(block), [...transactionsFilter(block)]]));
    expect(new Set(replayed.flatMap(({ validated }) => [...validated.filter]))).toEqual(new Set([0, 10, 11, 12]));
  });

  test('writes the same state: every commit hash is that of a real peer', () => {
    const hashes = replayed.map(({ hash }) => Buffer.from(hash).toString('hex'));
    expect(hashes).toEqual(replayed.map(({ block }) => Buffer.from(noteOfCommitHash(block)).toString('hex')));
  });

  test("one changed bit of the creator's signature makes the code BAD_CREATOR_SIGNATURE", () => {
    const genesis = blocks[0];
    const bundle = genesis === undefined ? null : bundleOf(genesis);
    const approval = blocks[3];
    if (bundle === null || approval === undefined) throw new Error('recorded blocks are missing');
    const spoilt = common.Block.deserializeBinary(approval.serializeBinary());
    const data = spoilt.getData()?.getDataList_asU8() ?? [];
    const bytes = data[0];
    if (bytes === undefined) throw new Error('the recorded block is empty');
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
