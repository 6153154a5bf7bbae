import { describe, expect, test } from '@jest/globals';
import { Ring } from '../../../src/feed/ring.js';
import { NOTHING, appended, finalized, recentOf, retracted } from '../../../src/feed/position.js';
import { reconcile } from '../../../src/feed/reconcile.js';
import { ofUnknown } from '../../../src/feed/stance.js';
import { Wakes } from '../../../src/feed/wakes.js';
import type { BlockRef } from '../../../src/model/block.js';
import { ETHEREUM_LEDGER } from '../../support/blocks.js';

const at = (number: number, branch = 'a'): BlockRef => ({
  number,
  hash: `0x${(branch + number.toString(16)).padStart(64, branch)}`,
});
const chain = (from: number, to: number, branch = 'a'): BlockRef[] =>
  Array.from({ length: to - from + 1 }, (_, index) => at(from + index, branch));
const passed = (to: number, final: number, branch = 'a') => ({
  ...{ block: at(to, branch), through: null, final, finalThrough: 0 },
  recent: chain(final, to, branch).map(({ hash }) => recentOf(hash)),
});

describe('positions', () => {
  test('what is retracted undoes what was appended', () => {
    const before = passed(5, 3);
    const recent = [...before.recent, recentOf(at(6).hash)];
    const partly = appended(before, at(6), { final: false, next: 2, recent });
    const whole = appended(partly, at(6), { final: false, next: null, recent });
    expect(whole).toEqual({ ...before, block: at(6), recent });
    expect(retracted(whole, at(6), { parent: at(5), next: null })).toEqual(before);
    expect(retracted(whole, at(6), { parent: at(5), next: 2 })).toEqual(partly);
    expect(retracted(partly, at(6), { parent: at(5), next: null })).toEqual(before);
    expect(retracted(passed(0, -1), at(0), { parent: null, next: null })).toBe(NOTHING);
  });

  test('what became final needs no hash of what lies below', () => {
    expect(finalized(passed(9, 3), 7, null)).toEqual(passed(9, 7));
    expect(finalized(passed(9, 3), 7, 4)).toEqual({ ...passed(9, 6), finalThrough: 4 });
  });
});

describe('reconcile', () => {
  const tail = { chain: chain(0, 9), position: passed(9, 4) };
  const told = (found: Parameters<typeof reconcile>[1]): unknown => {
    const answer = reconcile(tail, found);
    if (answer.kind !== 'steps') return answer.kind;
    return answer.steps.map(({ kind, block, final }) => `${kind} ${block.number}${final ? ' final' : ''}`);
  };

  test('the same chain, final further on', () => {
    expect(told({ chain: chain(0, 9), finalized: 4 })).toEqual([]);
    expect(told({ chain: chain(0, 10), finalized: 5 })).toEqual(['FINALIZED 5 final', 'APPENDED 10']);
  });
  test('another branch', () => {
    expect(told({ chain: [...chain(0, 7), ...chain(8, 8, 'b')], finalized: 4 })).toEqual([
      ...['RETRACTED 9', 'RETRACTED 8', 'APPENDED 8'],
    ]);
  });
  test('an index that is read anew is behind, another ledger apart', () => {
    expect(told({ chain: [], finalized: -1 })).toBe('behind');
    expect(told({ chain: chain(0, 6), finalized: 2 })).toBe('behind');
    expect(told({ chain: chain(0, 12, 'b'), finalized: 2 })).toBe('apart');
  });
});

describe('a block that is not known', () => {
  const position = passed(9, 4);
  test('waits for an index that is not as far', () => {
    expect(ofUnknown(position, [], null)).toEqual({ kind: 'behind' });
    expect(ofUnknown(position, [], at(3))).toEqual({ kind: 'behind' });
    expect(ofUnknown(position, chain(4, 6), at(6))).toEqual({ kind: 'behind' });
  });
  test('goes on from the last common block', () => {
    const other = [...chain(4, 6), ...chain(7, 8, 'b')];
    expect(ofUnknown(position, other, at(8, 'b'))).toEqual({ kind: 'lost', common: passed(6, 4) });
    expect(ofUnknown(position, chain(4, 9, 'b'), at(20, 'b'))).toEqual({ kind: 'lost', common: null });
  });
});

test('the ring keeps the newest entries and finds a place of an outbox among them', () => {
  const ring = new Ring(4);
  const entry = (position: number) => ({
    ...{ ledger: ETHEREUM_LEDGER, at: { generation: 1, position }, kind: 'APPENDED' as const, block: at(position) },
    ...{ final: false, before: NOTHING, after: NOTHING },
  });
  for (let position = 1; position <= 6; position += 1) ring.push(entry(position));
  expect([1, 2, 3, 6, 7].map((sequence) => ring.at(sequence)?.sequence)).toEqual([
    undefined,
    undefined,
    3,
    6,
    undefined,
  ]);
  expect([2, 3, 6, 7].map((position) => ring.sequenceOf(ETHEREUM_LEDGER, { generation: 1, position }))).toEqual([
    ...[undefined, 3, 6, undefined],
  ]);
  expect(ring.sequenceOf(ETHEREUM_LEDGER, { generation: 2, position: 6 })).toBeUndefined();
  ring.push({ ledger: ETHEREUM_LEDGER, kind: 'JUMPED' });
  expect(ring.sequenceOf(ETHEREUM_LEDGER, { generation: 1, position: 6 })).toBeUndefined();
});

test('who waits is woken once for all that happened, and can be let go', async () => {
  const wakes = new Wakes();
  const [one, other] = [{}, {}];
  const waits = [wakes.after(wakes.count, one), wakes.after(wakes.count, other)];
  expect(wakes.waiting).toBe(2);
  wakes.release(one);
  await waits[0];
  expect(wakes.waiting).toBe(1);
  wakes.wake();
  await waits[1];
  expect(wakes.waiting).toBe(0);
  expect(wakes.after(wakes.count - 1, one)).toBeUndefined();
});
