import { expect, test } from '@jest/globals';
import { Wheel } from '../../../../src/gateway/transports/wheel.js';

test('visits each item once a period, never before it is over, and none that was removed', async () => {
  const visits: [string, number][] = [];
  const started = performance.now();
  const wheel = new Wheel<string>(160, (item) => visits.push([item, performance.now() - started]));
  const slots = ['a', 'b'].map((item) => wheel.add(item));
  await new Promise((resolve) => setTimeout(resolve, 60));
  const late = wheel.add('late');
  wheel.remove('b', slots[1] ?? -1);
  while (visits.length < 4) await new Promise((resolve) => setTimeout(resolve, 5));
  wheel.remove('a', slots[0] ?? -1);
  wheel.remove('late', late);
  expect(visits.map(([item]) => item).slice(0, 4)).toEqual(['a', 'late', 'a', 'late']);
  expect(visits[0]?.[1]).toBeGreaterThan(150);
  expect(visits[1]?.[1]).toBeGreaterThan(150 + 55);
  const count = visits.length;
  await new Promise((resolve) => setTimeout(resolve, 250));
  expect(visits).toHaveLength(count);
});
