import { requireInteger, requireOneOf } from '../common/checks.js';

export const COMPARATORS = ['GREATER_THAN', 'GREATER_THAN_OR_EQUAL_TO'] as const;
export type Comparator = (typeof COMPARATORS)[number];

/** How members decide: the percentage of all members, voting or not, that must vote yes, and how long a vote is open. */
export interface VotingPolicy {
  /** Percent, 0 to 100. */
  readonly threshold: number;
  readonly comparator: Comparator;
  readonly durationHours: number;
}

const MAX_DURATION_HOURS = 168;

/** A policy within its limits; throws with what is wrong. */
export function votingPolicy(threshold: number, comparator: string, durationHours: number): VotingPolicy {
  requireInteger('threshold', threshold, 0, 100);
  requireOneOf('comparator', comparator, COMPARATORS);
  requireInteger('durationHours', durationHours, 1, MAX_DURATION_HOURS);
  if (threshold === 100 && comparator === 'GREATER_THAN') {
    throw new Error('No vote can exceed 100 percent: with GREATER_THAN the threshold is at most 99');
  }
  return { threshold, comparator, durationHours };
}

/** Whether so many yes votes of so many members carry a proposal. Whole numbers only: endorsers must not differ by rounding. */
export function carries({ threshold, comparator }: VotingPolicy, yes: number, eligible: number): boolean {
  const [share, needed] = [yes * 100, threshold * eligible];
  // Nobody's yes carries nothing, whatever the threshold.
  if (yes === 0) return false;
  return comparator === 'GREATER_THAN' ? share > needed : share >= needed;
}
