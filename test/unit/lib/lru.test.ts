import { expect, test } from '@jest/globals';
import { Lru } from '../../../src/lib/lru.js';

test('forgets what was not asked for the longest', () => {
  const lru = new Lru<string, number>(2);
  lru.set('a', 1);
  lru.set('b', 2);
  expect(lru.get('a')).toBe(1);
  lru.set('c', 3);
  expect([lru.get('a'), lru.get('b'), lru.get('c'), lru.size]).toEqual([1, undefined, 3, 2]);
});

test('makes a value once', () => {
  const lru = new Lru<string, object>(1);
  const made = lru.getOrMake('a', () => ({}));
  expect(lru.getOrMake('a', () => ({}))).toBe(made);
  lru.set('b', {});
  expect(lru.getOrMake('a', () => ({}))).not.toBe(made);
});

test.each([0, -1, 1.5, NaN])('refuses a capacity of %s', (capacity) => {
  expect(() => new Lru(capacity)).toThrow(RangeError);
});
