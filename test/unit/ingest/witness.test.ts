import { describe, expect, test } from '@jest/globals';
import { checkSignature, openConfigBlock } from '../../../src/governance/fabricConfig/index.js';
import { witnessed, type SignatureCheck } from '../../../src/ingest/votes/witness.js';
import type { RawBlock } from '../../../src/model/block.js';
import { proposalState, voteState } from '../../support/governance.js';
import { recordedUpdate, UPDATES } from '../governance/fabricConfig/recorded.js';
import { common, msp } from '@hyperledger/fabric-protos';
import { decodeRecorded, recordedBlocks } from '../ledgers/fabric/recorded.js';

const decoded = decodeRecorded();

const check: SignatureCheck = (block, update, signature, atMs) => {
  const checked = checkSignature(openConfigBlock(block.bytes), update, signature, atMs);
  return checked.valid ? null : checked.error.message;
};

const signerOf = (bytes: Uint8Array): string => {
  const header = common.ConfigSignature.deserializeBinary(bytes).getSignatureHeader_asU8();
  const creator = common.SignatureHeader.deserializeBinary(header).getCreator_asU8();
  return msp.SerializedIdentity.deserializeBinary(creator).getMspid();
};

/** The signatures in a recorded config block, as votes. `before`: whose configuration they are judged under. */
function votesIn(number: number, change: (bytes: Buffer) => Buffer = (bytes) => bytes, before?: RawBlock) {
  const { update, signatures } = recordedUpdate(number);
  const block = decoded[number];
  const inForce = before ?? recordedBlocks[Math.max(0, ...UPDATES.filter((other) => other < number))];
  if (block === undefined || inForce === undefined) throw new Error('no such block');
  const proposal = proposalState('an-update', {
    mechanism: 'FABRIC_CONFIG',
    native: {
      ...{ kind: 'FABRIC_CONFIG', readSet: [], configUpdate: change(Buffer.from(update)).toString('base64') },
      signatures: signatures.map((bytes) => ({ mspId: signerOf(bytes), bytes: Buffer.from(bytes).toString('base64') })),
    },
  });
  return signatures.map((bytes, ordinal) => {
    const voter = signerOf(bytes);
    const evidence = {
      kind: 'CONFIG_SIGNATURE',
      mspId: voter,
      subject: 'CN=admin',
      header: '',
      signature: '',
      digest: '',
    } as const;
    // Whoever tells of the vote may say what he likes: its signature is checked anew.
    const state = voteState('an-update', voter, {
      mechanism: 'FABRIC_CONFIG',
      castAtMs: null,
      verified: true,
      evidence,
    });
    return witnessed({ state, ordinal, block }, block, proposal, inForce, check);
  });
}

describe('signatures of the recorded configuration updates', () => {
  test.each(UPDATES)('of block %i hold under the configuration before it', (number) => {
    const votes = votesIn(number);
    expect(votes.length).toBeGreaterThan(0);
    for (const vote of votes)
      expect([vote.state.voter, vote.holds, vote.reason]).toEqual([vote.state.voter, true, null]);
  });

  test('do not hold over another update, whatever is told of them', () => {
    for (const { holds, reason } of votesIn(37, (bytes) => Buffer.concat([bytes, Buffer.from([0])])))
      expect([holds, reason]).toEqual([false, expect.stringContaining('not one of these bytes')]);
  });
});
