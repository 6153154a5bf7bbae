import { describe, expect, test } from '@jest/globals';
import { streamPurpose, type StreamFilter } from '../../../src/subgraphs/streamBinding.js';
import { streamOptions } from '../../../src/subgraphs/streamOptions.js';

const purpose = (filter: StreamFilter): string => streamPurpose({ field: 'eventEmitted', filter });
const code = (run: () => unknown): unknown => {
  try {
    return run();
  } catch (error) {
    return (error as { code?: string }).code;
  }
};

describe('what a cursor is bound to', () => {
  const same: readonly (readonly [string, StreamFilter, StreamFilter])[] = [
    ['what is absent and what is null', {}, { ledgers: null, topics: null, range: { from: null } }],
    ['lists in another order, with repetitions', { names: ['a', 'b'] }, { names: ['b', 'a', 'b'] }],
    ['numbers and their text', { range: { from: 5, to: 5 } }, { range: { to: '5', from: '5' } }],
    ['topics that match any', { topics: [{ anyOf: ['0x1'] }] }, { topics: [{ anyOf: ['0x1'] }, { anyOf: [] }, {}] }],
  ];
  test.each(same)('is one for %s', (_, one, other) => {
    expect(purpose(one)).toBe(purpose(other));
  });

  const different: readonly (readonly [string, StreamFilter, StreamFilter])[] = [
    ['another list', { names: ['a'] }, { names: ['a', 'b'] }],
    ['a list of nothing', { ledgers: [] }, {}],
    ['the same list elsewhere', { names: ['a'] }, { chaincodes: ['a'] }],
    ['topics of other places', { topics: [{ anyOf: ['0x1'] }] }, { topics: [{}, { anyOf: ['0x1'] }] }],
    ['another range', { range: { from: '5' } }, { range: { to: '5' } }],
    ['another time', { time: { from: 1 } }, { time: { from: 2 } }],
    ['another outcome', { outcome: 'FAILED' }, { outcome: 'SUCCEEDED' }],
  ];
  test.each(different)('is another for %s', (_, one, other) => {
    expect(purpose(one)).not.toBe(purpose(other));
  });

  test('is another for another field', () => {
    expect(streamPurpose({ field: 'blockAdded', filter: {} })).not.toBe(purpose({}));
  });
});

describe('what a stream is asked for', () => {
  test('is CONFIRMED, APPENDED and RETRACTED where nothing is said', () => {
    const options = { minConfirmation: 'CONFIRMED', kinds: ['APPENDED', 'RETRACTED'] };
    expect(streamOptions({}, null)).toEqual(options);
    expect(streamOptions({ minConfirmation: null, kinds: null }, ['FINAL', 'CONFIRMED'])).toEqual(options);
    expect(streamOptions({ kinds: ['RETRACTED', 'APPENDED', 'RETRACTED'] }, null)).toEqual(options);
  });

  test('is FINAL by either word', () => {
    expect(streamOptions({ minConfirmation: 'FINAL' }, null).minConfirmation).toBe('FINAL');
    expect(streamOptions({}, ['FINAL']).minConfirmation).toBe('FINAL');
  });

  test('is refused, with the reason, where no stream can give it', () => {
    expect(code(() => streamOptions({ minConfirmation: 'PENDING' }, null))).toBe('INPUT_INVALID');
    expect(code(() => streamOptions({ minConfirmation: 'RETRACTED' }, null))).toBe('INPUT_INVALID');
    expect(code(() => streamOptions({ kinds: [] }, null))).toBe('INPUT_INVALID');
    for (const confirmation of [['PENDING'], ['RETRACTED', 'FINAL'], ['CONFIRMED'], []] as const)
      expect(code(() => streamOptions({}, confirmation))).toBe('INPUT_INVALID');
    expect(() => streamOptions({ minConfirmation: 'PENDING' }, null)).toThrowErrorMatchingInlineSnapshot(
      `"A stream cannot have \`minConfirmation: PENDING\`: what is in no block yet has no position to resume from. Expected: CONFIRMED or FINAL. Fix: Correct the value; the message says which and what was expected."`,
    );
    expect(() => streamOptions({}, ['RETRACTED'])).toThrowErrorMatchingInlineSnapshot(
      `"A stream's filter cannot have that \`confirmation\`. Got: RETRACTED. Expected: none, or FINAL. Fix: Leave it out: \`minConfirmation\` says from when an item is told, \`kinds\` whether its retraction is."`,
    );
  });
});
