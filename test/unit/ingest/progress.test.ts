import { describe, expect, test } from '@jest/globals';
import { backoffMs } from '../../../src/ingest/backoff.js';
import { pause } from '../../../src/lib/pause.js';
import { ProgressMeter } from '../../../src/ingest/progress.js';

describe('progress', () => {
  test('has the rate of the last seconds, and tells it now and then', () => {
    let now = 0;
    const meter = new ProgressMeter(1000, () => now);
    now = 1000;
    expect(meter.add(100, 250)).toEqual({
      done: 100,
      total: 1000,
      transactions: 250,
      blocksPerSecond: 100,
      secondsLeft: 9,
    });
    now = 1100;
    expect(meter.add(1, 1)).toBeNull();
    now = 21_000;
    expect(meter.add(399, 0)?.blocksPerSecond).toBeCloseTo(20, 0);
    expect(meter.add(500, 0)).toMatchObject({ done: 1000, secondsLeft: 0 });
  });
  test('knows no time left before there is a rate', () => {
    expect(new ProgressMeter(5, () => 0).progress()).toMatchObject({ blocksPerSecond: 0, secondsLeft: null });
  });
});

describe('backoff', () => {
  test('doubles to a bound, spread by a quarter each way', () => {
    expect([1, 2, 3, 8, 100].map((attempt) => backoffMs(attempt, () => 0.5))).toEqual([250, 500, 1000, 30_000, 30_000]);
    expect([backoffMs(1, () => 0), backoffMs(1, () => 1)]).toEqual([188, 313]);
  });
  test('ends at once when aborted', async () => {
    const stop = new AbortController();
    const began = performance.now();
    const paused = pause(60_000, stop.signal);
    stop.abort();
    await paused;
    await pause(60_000, stop.signal);
    expect(performance.now() - began).toBeLessThan(30_000);
  });
});
