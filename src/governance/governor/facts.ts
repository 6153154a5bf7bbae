import { isAddress, getAddress, ZeroAddress } from 'ethers';
import type { GovernorAbi } from './abi.js';
import { answersAt, numberOr, textOr, type Chain, type Question } from './asking.js';

/** What no event tells of a governor: asked of the chain as of the block of a proposal. */
export interface GovernorFacts {
  /** As `CLOCK_MODE()` says; null where it says nothing. */
  readonly clockMode: string | null;
  readonly countingMode: string;
  readonly token: string | null;
  readonly timelock: string | null;
  /** Of timelocks that forget what waits too long (Compound's). */
  readonly graceSeconds: bigint | null;
}

/** Weights as of a timepoint; null where the governor does not tell. */
export interface Weights {
  readonly quorum: bigint | null;
  readonly all: bigint | null;
  /** Of the configured voters, in their order. */
  readonly voters: readonly (bigint | null)[];
}

/** What governors that are older than `COUNTING_MODE()`, or hide it, do. */
const DEFAULT_COUNTING_MODE = 'support=bravo&quorum=for,abstain';

export async function factsOf(
  chain: Chain,
  { governor, timelock }: GovernorAbi,
  { address, timelock: configured }: { readonly address: string; readonly timelock: string | null },
  block: number | null,
): Promise<GovernorFacts> {
  const asked = ['CLOCK_MODE', 'COUNTING_MODE', 'token', 'timelock'];
  const questions = asked.map((name): Question => ({ abi: governor, address, function: name }));
  const [clockMode, countingMode, token, own] = await answersAt(chain, block, questions);
  const executor = addressOr(own) ?? configured;
  const grace: Question | null =
    executor === null ? null : { abi: timelock, address: executor, function: 'GRACE_PERIOD' };
  const [graceSeconds] = grace === null ? [null] : await answersAt(chain, block, [grace]);
  return {
    clockMode: textOr(clockMode, null),
    countingMode: textOr(countingMode, DEFAULT_COUNTING_MODE).slice(0, 200),
    token: addressOr(token),
    timelock: executor,
    graceSeconds: numberOr(graceSeconds, null),
  };
}

/** What the votes of a timepoint weigh, as of a block in which that timepoint has passed. */
export async function weightsAt(
  chain: Chain,
  { governor, votes }: GovernorAbi,
  {
    address,
    token,
    voters,
  }: { readonly address: string; readonly token: string | null; readonly voters: readonly string[] },
  timepoint: bigint,
  block: number,
): Promise<Weights> {
  const supply: readonly Question[] =
    token === null ? [] : [{ abi: votes, address: token, function: 'getPastTotalSupply', arguments: [timepoint] }];
  const [quorum, ...rest] = await answersAt(chain, block, [
    { abi: governor, address, function: 'quorum', arguments: [timepoint] },
    ...voters.map((voter) => ({ abi: governor, address, function: 'getVotes', arguments: [voter, timepoint] })),
    ...supply,
  ]);
  return {
    quorum: numberOr(quorum, null),
    voters: voters.map((_, i) => numberOr(rest[i], null)),
    all: numberOr(rest[voters.length], null),
  };
}

function addressOr(value: unknown): string | null {
  if (typeof value !== 'string' || !isAddress(value) || value === ZeroAddress) return null;
  return getAddress(value);
}
