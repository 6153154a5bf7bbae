import { describe, expect, test } from '@jest/globals';
import { nextOf, requireVote, type Standing } from '../../../../src/governance/governor/standing.js';

const HEAD_MS = 1_800_000_000_000;
const standing = (more: Partial<Standing>): Standing => ({
  ...{ state: 'Active', isOpenNext: true, needsQueuing: true, eta: 0n, hasVoted: false, weight: 1n, nonce: 0n },
  ...more,
});
const refusal = (message: RegExp) =>
  expect.objectContaining({ code: 'GOVERNANCE_REFUSED', message: expect.stringMatching(message) });

describe('What a governor lets one do next', () => {
  test.each([
    [{ state: 'Succeeded', needsQueuing: true }, 'queue'],
    [{ state: 'Succeeded', needsQueuing: false }, 'execute'],
    [{ state: 'Queued', eta: BigInt(HEAD_MS / 1_000) }, 'execute'],
  ] as const)('%p is carried on by %s', (more, next) => {
    expect(nextOf(standing(more), HEAD_MS)).toBe(next);
  });

  test.each([
    ...(['Pending', 'Active', 'Canceled', 'Defeated', 'Expired', 'Executed'] as const).map(
      (state) => [{ state }, /nothing to be carried out/i] as const,
    ),
    [{ state: 'Queued', eta: 4_000_000_000n }, /2096-10-02T07:06:40.000Z or later/] as const,
  ])('%p is not carried on', (more, message) => {
    expect(() => nextOf(standing(more), HEAD_MS)).toThrow(refusal(message));
  });

  test.each([
    [{ isOpenNext: false, state: 'Defeated' }, /Got: Defeated/],
    [{ hasVoted: true }, /voted on it already/],
    [{ weight: 0n }, /no weight/],
  ] as const)('%p takes no vote', (more, message) => {
    expect(() => requireVote(standing(more), '0x1')).toThrow(refusal(message));
  });

  test('a vote is taken where the governor does not tell who voted, or with what', () => {
    expect(() => requireVote(standing({ hasVoted: null, weight: null }), '0x1')).not.toThrow();
  });
});
