import { describe, expect, test } from '@jest/globals';
import { solidityPacked } from 'ethers';
import type { Tally } from '../../../../src/model/governance.js';
import { countedVote, emptyTally, recounted, sharesOf } from '../../../../src/governance/governor/tally.js';

const MODE = 'support=bravo&quorum=for,abstain';
const weights = { quorum: 50n, all: 100n, voters: [40n, 0n, null] };
const voters = ['A', 'B', 'C'];
const nobody = { voter: null, choice: null };
const count = (votes: readonly (readonly [bigint, bigint, bigint])[], mode = MODE): Tally =>
  votes.reduce<Tally>(
    (tally, shares) => recounted(tally, shares, nobody, 50n, mode),
    emptyTally(weights, voters, mode),
  );

describe('The tally of a governor', () => {
  test('waits for those who have weight, or of whom none is known', () => {
    expect(emptyTally(weights, voters, MODE)).toEqual({
      ...{ eligible: '100', outstanding: '100', satisfied: false, stillReachable: true, missing: ['A', 'C'] },
      choices: ['NO', 'YES', 'ABSTAIN'].map((choice) => ({ choice, count: 0, weight: '0' })),
    });
    expect(
      recounted(emptyTally(weights, voters, MODE), sharesOf(1, 40n), { voter: 'A', choice: 'YES' }, 50n, MODE),
    ).toMatchObject({ missing: ['C'], outstanding: '60', choices: [{}, { count: 1, weight: '40' }, {}] });
  });

  test.each([
    ['a quorum of for and abstain', [[0n, 1n, 49n]], MODE, true, true],
    ['one short of the quorum', [[0n, 1n, 48n]], MODE, false, true],
    ['a tie', [[40n, 40n, 20n]], MODE, false, false],
    ['against does not make the quorum', [[20n, 30n, 0n]], MODE, false, true],
    [
      'against makes it where the governor says so',
      [[20n, 30n, 0n]],
      'support=bravo&quorum=against,for,abstain',
      true,
      true,
    ],
    ['abstaining does not where only for counts', [[0n, 10n, 90n]], 'support=bravo&quorum=for', false, false],
    ['what is left cannot outweigh', [[60n, 0n, 0n]], MODE, false, false],
    [
      'a delegate overridden',
      [
        [0n, 60n, 0n],
        [0n, -30n, 0n],
        [30n, 0n, 0n],
      ],
      MODE,
      false,
      true,
    ],
  ] as const)('%s', (_, votes, mode, satisfied, stillReachable) => {
    expect(count(votes, mode)).toMatchObject({ satisfied, stillReachable });
  });

  test('divides the weight of a fractional vote', () => {
    const params = solidityPacked(['uint128', 'uint128', 'uint128'], [10, 25, 5]);
    expect(countedVote({ support: 255, weight: 40n, params })).toEqual({
      ...{ choice: 'YES', nativeChoice: 'Fractional: 10 against, 25 for, 5 abstain', shares: [10n, 25n, 5n] },
    });
    expect(countedVote({ support: 255, weight: 40n, params: '0x01' }).shares).toEqual([0n, 0n, 0n]);
    expect(countedVote({ support: 7, weight: 40n, params: '0x' })).toMatchObject({
      nativeChoice: 'support 7',
      shares: [0n, 0n, 0n],
    });
  });
});
