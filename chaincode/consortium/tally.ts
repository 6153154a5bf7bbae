import { carries, type VotingPolicy } from './votingPolicy.js';

export const CHOICES = ['YES', 'NO', 'ABSTAIN'] as const;
export type Choice = (typeof CHOICES)[number];

export interface Tally {
  /** Members that could vote when the proposal was opened. */
  readonly eligible: number;
  readonly yes: number;
  readonly no: number;
  readonly abstain: number;
  readonly outstanding: number;
  readonly satisfied: boolean;
  /** False as soon as the votes still out cannot carry it. */
  readonly stillReachable: boolean;
}

export type Decision = 'OPEN' | 'APPROVED' | 'REJECTED';

/** Counts votes. Abstaining is no yes, so it can only keep a proposal from being carried. */
export function tally(policy: VotingPolicy, eligible: number, choices: readonly Choice[]): Tally {
  const count = (choice: Choice): number => choices.filter((cast) => cast === choice).length;
  const [yes, no, abstain] = [count('YES'), count('NO'), count('ABSTAIN')];
  const outstanding = eligible - choices.length;
  if (outstanding < 0) throw new Error(`${choices.length} votes of ${eligible} members`);
  return {
    eligible,
    yes,
    no,
    abstain,
    outstanding,
    satisfied: carries(policy, yes, eligible),
    stillReachable: carries(policy, yes + outstanding, eligible),
  };
}

/** A proposal is decided as soon as no further vote can change it. */
export function decide({ satisfied, stillReachable }: Tally): Decision {
  if (satisfied) return 'APPROVED';
  return stillReachable ? 'OPEN' : 'REJECTED';
}
