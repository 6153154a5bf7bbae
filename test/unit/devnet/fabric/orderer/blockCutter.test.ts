import { describe, expect, test } from '@jest/globals';
import { common } from '@hyperledger/fabric-protos';
import { BlockCutter } from '../../../../../devnet/fabric/orderer/blockCutter.js';

const LIMITS = { maxMessageCount: 3, preferredMaxBytes: 100 };

function message(bytes: number): common.Envelope {
  const envelope = new common.Envelope();
  envelope.setPayload(new Uint8Array(bytes - 1));
  envelope.setSignature(new Uint8Array(1));
  return envelope;
}

/** What a cutter makes of messages of these sizes: after each, the sizes of the batches, and + where some wait. */
function cuts(sizes: readonly number[]): readonly string[] {
  const cutter = new BlockCutter();
  return sizes.map((size) => {
    const { batches, pending } = cutter.ordered(message(size), LIMITS);
    return `${batches.map((batch) => batch.length).join(',')}${pending ? '+' : ''}`;
  });
}

describe('the block cutter', () => {
  test('cuts at the number of messages', () => {
    expect(cuts([10, 10, 10, 10])).toEqual(['+', '+', '3', '+']);
  });

  test('cuts before the message that would exceed the preferred size', () => {
    expect(cuts([60, 40, 1, 60, 50])).toEqual(['+', '+', '2+', '+', '2+']);
  });

  test('a message over the preferred size stands alone, after what waited', () => {
    expect(cuts([101, 10, 101, 10])).toEqual(['1', '+', '1,1', '+']);
  });

  test('what waits can be taken, once', () => {
    const cutter = new BlockCutter();
    cutter.ordered(message(10), LIMITS);
    expect(cutter.cut()).toHaveLength(1);
    expect(cutter.cut()).toHaveLength(0);
  });
});
