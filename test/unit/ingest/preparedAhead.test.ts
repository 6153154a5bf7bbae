import { expect, test } from '@jest/globals';
import { preparedAhead } from '../../../src/ingest/preparedAhead.js';
import type { RawBlock } from '../../../src/model/block.js';

const blocks = Array.from({ length: 30 }, (_, number): RawBlock => ({
  ...{ number, hash: `h${number}`, parentHash: null, bytes: new Uint8Array() },
}));

test('blocks come in order, each prepared once before it comes, a few ahead and no more', async () => {
  const begun: number[] = [];
  const done = new Set<number>();
  const prepare = async ({ number }: RawBlock): Promise<void> => {
    begun.push(number);
    await new Promise((resolve) => setTimeout(resolve, (number % 3) * 2));
    done.add(number);
    if (number === 7) throw new Error('its bytes are none');
  };
  const came: number[] = [];
  for await (const { number } of preparedAhead(blocks, { prepare })) {
    expect(done).toContain(number);
    expect(begun.length - came.length).toBeLessThanOrEqual(9);
    expect(begun.length).toBeGreaterThan(Math.min(number + 7, 28));
    came.push(number);
  }
  expect(came).toEqual(blocks.map(({ number }) => number));
  expect(begun).toEqual(came);
});

test('a decoder that prepares nothing is given the blocks as they are', async () => {
  const came: RawBlock[] = [];
  for await (const block of preparedAhead(blocks, {})) came.push(block);
  expect(came).toEqual(blocks);
});
