import type { Tally, VoteChoice } from '../../model/governance.js';
import { dataLength, dataSlice } from 'ethers';
import type { VoteEvent } from './events.js';
import type { Weights } from './facts.js';

/** `GovernorCountingSimple.VoteType`, in its order. */
export const SUPPORT = ['NO', 'YES', 'ABSTAIN'] as const satisfies readonly VoteChoice[];
const NATIVE = ['Against', 'For', 'Abstain'] as const;
/** `GovernorCountingFractional.VOTE_TYPE_FRACTIONAL`. */
const FRACTIONAL = 255;
/** Three `uint128`, packed: against, for, abstain. */
const FRACTIONAL_BYTES = 48;

export interface Counted {
  readonly choice: VoteChoice;
  readonly nativeChoice: string;
  /** Against, for, abstain. */
  readonly shares: readonly [bigint, bigint, bigint];
}

/** What a vote counts for. One of a kind that only its governor knows counts for nothing that can be told. */
export function countedVote({ support, weight, params }: Pick<VoteEvent, 'support' | 'weight' | 'params'>): Counted {
  const choice = SUPPORT[support];
  if (choice !== undefined)
    return { choice, nativeChoice: NATIVE[support] ?? choice, shares: sharesOf(support, weight) };
  if (support !== FRACTIONAL || dataLength(params) !== FRACTIONAL_BYTES)
    return { choice: 'ABSTAIN', nativeChoice: `support ${support}`, shares: [0n, 0n, 0n] };
  const shares: Counted['shares'] = [shareIn(params, 0), shareIn(params, 1), shareIn(params, 2)];
  const [no, yes, abstain] = shares;
  const most = yes >= no && yes >= abstain ? 'YES' : no >= abstain ? 'NO' : 'ABSTAIN';
  return { choice: most, nativeChoice: `Fractional: ${no} against, ${yes} for, ${abstain} abstain`, shares };
}

export const sharesOf = (support: number, weight: bigint): Counted['shares'] => [
  support === 0 ? weight : 0n,
  support === 1 ? weight : 0n,
  support === 2 ? weight : 0n,
];

const shareIn = (params: string, at: number): bigint => BigInt(dataSlice(params, at * 16, (at + 1) * 16));

/** Nobody has voted yet. `voters`: configured accounts. Those without weight are not waited for. */
export function emptyTally(
  { all, voters: weights, quorum }: Weights,
  voters: readonly string[],
  countingMode: string,
): Tally {
  const told = weights.reduce<bigint>((sum, weight) => sum + (weight ?? 0n), 0n);
  const missing = voters.filter((_, i) => weights[i] !== 0n).slice(0, 1_000);
  const choices = SUPPORT.map((choice) => ({ choice, count: 0, weight: '0' }));
  const tally = { eligible: String(all ?? told), choices, missing };
  return judged({ ...tally, outstanding: '0', satisfied: false, stillReachable: true }, quorum ?? 0n, countingMode);
}

/** Counts shares in (or, negative ones, out); `voter` has voted. */
export function recounted(
  tally: Tally,
  shares: Counted['shares'],
  { voter, choice }: { readonly voter: string | null; readonly choice: VoteChoice | null },
  quorum: bigint,
  countingMode: string,
): Tally {
  const choices = SUPPORT.map((one, i) => {
    const before = tally.choices.find((counted) => counted.choice === one);
    const weight = BigInt(before?.weight ?? '0') + (shares[i] ?? 0n);
    return { choice: one, count: (before?.count ?? 0) + Number(one === choice), weight: String(weight) };
  });
  const missing = tally.missing.filter((one) => one !== voter);
  return judged({ ...tally, choices, missing }, quorum, countingMode);
}

/** `_quorumReached` and `_voteSucceeded` of `GovernorCountingSimple`, with what `COUNTING_MODE()` says counts for the quorum. */
function judged(tally: Tally, quorum: bigint, countingMode: string): Tally {
  const [no, yes, abstain] = SUPPORT.map((one) =>
    BigInt(tally.choices.find(({ choice }) => choice === one)?.weight ?? '0'),
  ) as [bigint, bigint, bigint];
  const left = BigInt(tally.eligible) - no - yes - abstain;
  const outstanding = left < 0n ? 0n : left;
  const counts = new URLSearchParams(countingMode).get('quorum')?.split(',') ?? ['for', 'abstain'];
  const present =
    (counts.includes('against') ? no : 0n) +
    (counts.includes('for') ? yes : 0n) +
    (counts.includes('abstain') ? abstain : 0n);
  return {
    ...tally,
    outstanding: String(outstanding),
    satisfied: present >= quorum && yes > no,
    stillReachable: present + outstanding >= quorum && yes + outstanding > no,
  };
}
