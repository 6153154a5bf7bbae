import { describe, expect, test } from '@jest/globals';
import { mutations } from './mutations.js';
import { occurrences, tryMutation } from './mutant.js';

// A simulation that cannot fail proves nothing: each deliberate break of src must be caught. `npm run test:mutations` tries them all.

/** Quick to catch, each of another seam. */
const SAMPLE = [
  'a client that was away is not told what was taken back',
  'a cursor stands before its message instead of after it',
  'live begins one entry after where catching up ended',
  'a block that the index never saw is taken for one of its chain',
  'who was succeeded may write',
];

describe('mutations', () => {
  test('every break still finds its text once', () => {
    const lost = mutations.filter((mutation) => occurrences(mutation) !== 1).map(({ name }) => name);
    expect(lost).toEqual([]);
    expect(mutations.map(({ name }) => name)).toEqual(expect.arrayContaining(SAMPLE));
  });

  test.each(SAMPLE)('is caught: %s', async (name) => {
    const mutation = mutations.find((one) => one.name === name);
    if (mutation === undefined) throw new Error(`There is no break of that name: ${name}`);
    const { caught } = await tryMutation(mutation, 60);
    expect(caught).toMatch(/^seed \d+: /);
  });
});
