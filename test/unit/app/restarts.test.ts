import { expect, test } from '@jest/globals';
import { Restarts } from '../../../src/app/restarts.js';

const pauses = (retryable: boolean, times: number): number[] => {
  const restarts = new Restarts();
  return Array.from({ length: times }, () => restarts.pauseMs(retryable, 100));
};

test('what failed is started again soon, then more and more seldom', () => {
  expect(pauses(true, 9)).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
});

test('what only an operator mends is looked at soon as well, and every minute in the end', () => {
  expect(pauses(false, 9)).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
});

test('whoever had lived a while begins with the first pause', () => {
  const restarts = new Restarts();
  for (let failed = 0; failed < 8; failed += 1) restarts.pauseMs(false, 100);
  expect([restarts.pauseMs(false, 60_001), restarts.pauseMs(true, 100)]).toEqual([500, 1_000]);
});
