import { expect, test } from '@jest/globals';
import { ParleyError } from '../../../src/errors/index.js';

test('an error is read aloud: what, got, expected, fix', () => {
  const facts = { got: 'a', expected: 'b', fix: 'Give b.' };
  expect(new ParleyError('CONFIG_INVALID', 'A key is wrong', facts).message).toBe(
    'A key is wrong. Got: a. Expected: b. Fix: Give b.',
  );
});

test('after a list of reasons the fix stands on a line of its own', () => {
  expect(new ParleyError('CONFIG_INVALID', 'Wrong:\n  - one\n', { fix: 'Mend it.' }).message).toBe(
    'Wrong:\n  - one\nFix: Mend it.',
  );
});
