import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { CHOICES, decide, tally, type Choice } from '../../../chaincode/consortium/tally.js';
import { carries, COMPARATORS, votingPolicy } from '../../../chaincode/consortium/votingPolicy.js';

const majority = votingPolicy(50, 'GREATER_THAN', 24);
const half = votingPolicy(50, 'GREATER_THAN_OR_EQUAL_TO', 24);

describe('a voting policy', () => {
  test.each([
    [majority, 1, 2, false],
    [half, 1, 2, true],
    [majority, 2, 3, true],
    [votingPolicy(67, 'GREATER_THAN_OR_EQUAL_TO', 1), 2, 3, false],
    [votingPolicy(100, 'GREATER_THAN_OR_EQUAL_TO', 1), 3, 3, true],
    [votingPolicy(0, 'GREATER_THAN_OR_EQUAL_TO', 1), 0, 3, false],
  ])('%o: %i of %i', (policy, yes, eligible, carried) => {
    expect(carries(policy, yes, eligible)).toBe(carried);
  });

  test.each([
    [-1, 'GREATER_THAN', 24, 'threshold is -1, expected a whole number from 0 to 100'],
    [50.5, 'GREATER_THAN', 24, 'threshold is 50.5, expected a whole number from 0 to 100'],
    [100, 'GREATER_THAN', 24, 'No vote can exceed 100 percent: with GREATER_THAN the threshold is at most 99'],
    [50, 'MORE', 24, 'comparator is "MORE", expected one of GREATER_THAN, GREATER_THAN_OR_EQUAL_TO'],
    [50, 'GREATER_THAN', 169, 'durationHours is 169, expected a whole number from 1 to 168'],
    [50, 'GREATER_THAN', 0, 'durationHours is 0, expected a whole number from 1 to 168'],
  ])('refuses %d %s %d', (threshold, comparator, hours, message) => {
    expect(() => votingPolicy(threshold, comparator, hours)).toThrow(message);
  });
});

describe('a tally', () => {
  test('counts each choice and what is outstanding', () => {
    expect(tally(majority, 5, ['YES', 'NO', 'ABSTAIN'])).toEqual({
      eligible: 5,
      yes: 1,
      no: 1,
      abstain: 1,
      outstanding: 2,
      satisfied: false,
      stillReachable: true,
    });
  });

  test('of more votes than members is refused', () => {
    expect(() => tally(majority, 1, ['YES', 'YES'])).toThrow('2 votes of 1 members');
  });

  test('decides as soon as it is decided', () => {
    expect(decide(tally(majority, 3, ['YES']))).toBe('OPEN');
    expect(decide(tally(majority, 3, ['YES', 'YES']))).toBe('APPROVED');
    expect(decide(tally(majority, 3, ['NO', 'ABSTAIN']))).toBe('REJECTED');
    expect(decide(tally(majority, 2, ['NO']))).toBe('REJECTED');
    expect(decide(tally(half, 2, ['NO']))).toBe('OPEN');
  });

  test('a decision never changes by further votes, and the last vote always decides', () => {
    const policies = fc
      .record({ threshold: fc.integer({ min: 0, max: 99 }), comparator: fc.constantFrom(...COMPARATORS) })
      .map(({ threshold, comparator }) => votingPolicy(threshold, comparator, 24));
    const votes = fc.array(fc.constantFrom<Choice>(...CHOICES), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(policies, votes, (policy, choices) => {
        const decisions = choices.map((_, index) => decide(tally(policy, choices.length, choices.slice(0, index + 1))));
        const first = decisions.find((decision) => decision !== 'OPEN');
        expect(first).toBeDefined();
        const after = decisions.slice(decisions.findIndex((decision) => decision !== 'OPEN'));
        expect(after.every((decision) => decision === first)).toBe(true);
      }),
    );
  });

  test('is undecided exactly as long as the votes still out can turn it either way, and never both ways decided', () => {
    const cases = fc.record({
      threshold: fc.integer({ min: 0, max: 99 }),
      comparator: fc.constantFrom(...COMPARATORS),
      choices: fc.array(fc.constantFrom<Choice>(...CHOICES), { maxLength: 20 }),
      outstanding: fc.integer({ min: 0, max: 20 }),
    });
    fc.assert(
      fc.property(cases, ({ threshold, comparator, choices, outstanding }) => {
        const policy = votingPolicy(threshold, comparator, 24);
        const eligible = choices.length + outstanding;
        const endings = Array.from({ length: outstanding + 1 }, (_, yes) => {
          const rest = Array.from({ length: outstanding }, (_, index): Choice => (index < yes ? 'YES' : 'NO'));
          return decide(tally(policy, eligible, [...choices, ...rest]));
        });
        const possible = new Set(endings);
        expect(possible.has('OPEN')).toBe(false);
        const [only] = possible;
        const counted = tally(policy, eligible, choices);
        expect(decide(counted)).toBe(possible.size > 1 ? 'OPEN' : only);
        expect(counted.satisfied && !counted.stillReachable).toBe(false);
      }),
    );
  });
});
