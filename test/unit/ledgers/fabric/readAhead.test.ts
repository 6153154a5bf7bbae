import { expect, test } from '@jest/globals';
import { readAhead } from '../../../../src/ledgers/fabric/live/readAhead.js';
import type { RawBlock } from '../../../../src/model/block.js';

const block = (number: number, size = 10): RawBlock => ({
  number,
  hash: `${number}`,
  parentHash: null,
  bytes: new Uint8Array(size),
});
const never = (): AbortSignal => new AbortController().signal;
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

/** A source that says how far it was read and whether it was left. */
function source(size?: number): {
  readonly state: { made: number; left: boolean };
  open(signal: AbortSignal): AsyncGenerator<RawBlock>;
} {
  const state = { made: 0, left: false };
  return {
    state,
    async *open(signal) {
      try {
        while (!signal.aborted) yield await Promise.resolve(block(state.made++, size));
      } finally {
        state.left = true;
      }
    },
  };
}

test('few blocks are read ahead of a slow reader, and fewer where they are large', async () => {
  for (const [size, most] of [
    [10, 33],
    [40 * 1024 * 1024, 3],
  ] as const) {
    const { state, open } = source(size);
    const blocks = readAhead(open, () => Promise.resolve(), never());
    expect((await blocks.next()).value?.number).toBe(0);
    await settled();
    expect(state.made).toBeLessThanOrEqual(most);
    await blocks.return(undefined);
    expect(state.left).toBe(true);
  }
});

test('blocks come in order and prepared, however long each takes', async () => {
  const { open } = source();
  const prepared = new Set<number>();
  const prepare = async ({ number }: RawBlock): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, number % 3 === 0 ? 5 : 0));
    prepared.add(number);
  };
  const seen: number[] = [];
  for await (const { number } of readAhead(open, prepare, never())) {
    expect(prepared.has(number)).toBe(true);
    seen.push(number);
    if (seen.length === 20) break;
  }
  expect(seen).toEqual(Array.from({ length: 20 }, (_, i) => i));
});

test('what ends the source comes after the blocks before it; what fails to prepare does not', async () => {
  async function* broken(): AsyncGenerator<RawBlock> {
    yield await Promise.resolve(block(0));
    yield block(1);
    throw new Error('gone');
  }
  const seen: number[] = [];
  const reading = (async () => {
    for await (const { number } of readAhead(broken, () => Promise.reject(new Error('no')), never())) seen.push(number);
  })();
  await expect(reading).rejects.toThrow('gone');
  expect(seen).toEqual([0, 1]);
});

test('an abort ends it', async () => {
  const stop = new AbortController();
  async function* silent(signal: AbortSignal): AsyncGenerator<RawBlock> {
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    yield* [];
  }
  const next = readAhead(silent, () => Promise.resolve(), stop.signal).next();
  stop.abort();
  expect((await next).done).toBe(true);
});
