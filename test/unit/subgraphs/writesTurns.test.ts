import { describe, expect, test } from '@jest/globals';
import type { LedgerId } from '../../../src/model/ids.js';
import { Turns } from '../../../src/subgraphs/writesTurns.js';

const [TRADE, PAYMENTS] = ['fabric:trade', 'fabric:payments'] as unknown as [LedgerId, LedgerId];
const patient = new AbortController().signal;
const turns = (drainWithinMs = 5_000, holdAtMostMs = 5_000): Turns => new Turns({ drainWithinMs, holdAtMostMs });

/** Whether it is over once everything that can go on has. */
async function isOver(work: Promise<unknown>): Promise<boolean> {
  let over = false;
  void work.then(
    () => (over = true),
    () => (over = true),
  );
  await new Promise((resolve) => setTimeout(resolve, 20));
  return over;
}

describe('the turns of writes', () => {
  test('those that alter nothing go side by side', async () => {
    const one = turns();
    await one.beside(TRADE, patient);
    expect(await isOver(one.beside(TRADE, patient))).toBe(true);
  });

  test('what alters the rules waits until nothing is under way, and what comes meanwhile waits for it', async () => {
    const one = turns();
    const releases = [await one.beside(TRADE, patient), await one.beside(TRADE, patient)];
    const alone = one.alone(TRADE, patient);
    const later = one.beside(TRADE, patient);
    expect(await isOver(alone)).toBe(false);
    releases[0]?.();
    releases[0]?.();
    expect(await isOver(alone)).toBe(false);
    releases[1]?.();
    const release = await alone;
    expect(await isOver(later)).toBe(false);
    release();
    expect(await isOver(later)).toBe(true);
  });

  test('two that alter the rules go one after the other', async () => {
    const one = turns();
    const first = await one.alone(TRADE, patient);
    const second = one.alone(TRADE, patient);
    const third = one.alone(TRADE, patient);
    expect(await isOver(Promise.race([second, third]))).toBe(false);
    first();
    (await second)();
    (await third)();
    expect(await isOver(one.beside(TRADE, patient))).toBe(true);
  });

  test('other ledgers have turns of their own', async () => {
    const one = turns();
    await one.alone(TRADE, patient);
    expect(await isOver(one.beside(PAYMENTS, patient))).toBe(true);
  });

  test('nobody waits for ever for a write that no block ever has, or for one that never ends', async () => {
    const one = turns(30, 30);
    const stuck = await one.beside(TRADE, patient);
    await one.alone(TRADE, patient);
    await one.beside(TRADE, patient);
    await one.alone(TRADE, patient);
    stuck();
    await one.beside(TRADE, patient);
  });

  test('whoever gives up while waiting holds up nobody', async () => {
    const one = turns();
    const release = await one.beside(TRADE, patient);
    const given = new AbortController();
    const alone = one.alone(TRADE, given.signal);
    const later = one.beside(TRADE, given.signal);
    given.abort(new Error('no longer'));
    await expect(alone).rejects.toThrow('no longer');
    await expect(later).rejects.toThrow('no longer');
    expect(await isOver(one.beside(TRADE, patient))).toBe(true);
    release();
  });
});
