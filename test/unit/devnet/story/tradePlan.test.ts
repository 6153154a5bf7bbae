import { expect, test } from '@jest/globals';
import { seeded } from '../../../../devnet/story/random.js';
import { planTrade } from '../../../../devnet/story/tradePlan.js';

const plans = Array.from({ length: 300 }, (_, index) => planTrade('harbour', index));

test('the same seed plans the same trade, another seed another', () => {
  expect(planTrade('harbour', 7)).toEqual(plans[7]);
  expect(planTrade('other', 7)).not.toEqual(plans[7]);
});

test('lots and invoices have ids of their own', () => {
  expect(new Set(plans.map(({ lotId }) => lotId)).size).toBe(plans.length);
  expect(plans[0]).toMatchObject({ lotId: 'LOT-0001', invoiceId: 'FRT-0001' });
});

test('each mishap happens once among the first trades, and now and then later', () => {
  for (const mishap of ['rivalInspections', 'handOverAlone', 'falseArrival', 'invoiceCancelled'] as const) {
    expect(plans.slice(0, 6).filter((plan) => plan[mishap])).toHaveLength(1);
    const later = plans.slice(6).filter((plan) => plan[mishap]).length;
    expect(later).toBeGreaterThan(20);
    expect(later).toBeLessThan(100);
  }
});

test('what is planned is what chaincodes take', () => {
  for (const plan of plans) {
    expect(Number.isInteger(plan.priceCents) && plan.priceCents > 0).toBe(true);
    expect(Number.isInteger(plan.freightCents) && plan.freightCents > 0).toBe(true);
    expect(plan.priceSalt).toHaveLength(32);
    expect(Number.isNaN(Date.parse(plan.dueOn))).toBe(false);
  }
});

test('seeded choices are even enough', () => {
  const random = seeded('dice', 1);
  const counts = new Map<number, number>();
  for (let draw = 0; draw < 6_000; draw += 1) {
    const face = random.integer(1, 6);
    counts.set(face, (counts.get(face) ?? 0) + 1);
  }
  expect([...counts.keys()].sort()).toEqual([1, 2, 3, 4, 5, 6]);
  for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(150);
});
