import { describe, expect, test } from '@jest/globals';
import { isOtherQuorum } from '../../../src/ingest/verify/otherQuorum.js';
import type { DecodedBlock } from '../../../src/model/block.js';
import type { BlockSignature } from '../../../src/model/fabric.js';
import { makeChain } from '../../support/blocks.js';
import { fabricPlan } from '../../support/filledStore.js';

const signature = (consenterId: string, verified = true): BlockSignature => ({
  consenterId,
  mspId: 'O',
  subject: 'CN',
  verified,
});
const [model] = makeChain(fabricPlan, 1);

function signed(signatures: readonly BlockSignature[], change: Partial<DecodedBlock> = {}): DecodedBlock {
  if (model?.detail.kind !== 'fabric') throw new Error('no block');
  return {
    ...model,
    ...change,
    bytes: Buffer.from(JSON.stringify(signatures)),
    detail: { ...model.detail, signatures },
  };
}

describe('two copies of a block with the signatures of two quorums', () => {
  const three = signed(['1', '2', '3'].map((id) => signature(id)));
  test('are one block where all signatures verify', () => {
    expect(isOtherQuorum(three, signed(['1', '2', '4'].map((id) => signature(id))))).toBe(true);
  });
  test('are not where a signature does not verify, the signers are the same, or anything else differs', () => {
    expect(isOtherQuorum(three, signed([signature('1'), signature('2'), signature('4', false)]))).toBe(false);
    expect(isOtherQuorum(three, signed(['3', '2', '1'].map((id) => signature(id))))).toBe(false);
    expect(
      isOtherQuorum(
        three,
        signed(
          ['1', '2', '4'].map((id) => signature(id)),
          { timestampMs: 5 },
        ),
      ),
    ).toBe(false);
  });
});
