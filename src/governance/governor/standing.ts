import { ParleyError, type ErrorFacts } from '../../errors/index.js';
import type { GovernorAbi } from './abi.js';
import { answersAt, numberOr, type Asked } from './asking.js';
import { proposalIdOf } from './identify.js';
import type { GovernorProposalState } from './proposal.js';

/** `IGovernor.ProposalState`, in its order. */
const STATES = ['Pending', 'Active', 'Canceled', 'Defeated', 'Succeeded', 'Queued', 'Expired', 'Executed'] as const;
export type NativeState = (typeof STATES)[number];

/** How a proposal stands at the head, as its governor says. */
export interface Standing {
  readonly state: NativeState;
  /** Whether a transaction of the next block still finds, or already finds, the poll open. */
  readonly isOpenNext: boolean;
  readonly needsQueuing: boolean;
  /** Seconds; 0 where it is not queued. */
  readonly eta: bigint;
  /** Of the account asked about; null where the governor does not tell. */
  readonly hasVoted: boolean | null;
  readonly weight: bigint | null;
  readonly nonce: bigint | null;
}

/** Errors: `GOVERNANCE_REFUSED` where the governor knows no such proposal; those of reads. */
export async function standingOf(
  chain: Asked,
  { governor: abi }: GovernorAbi,
  { nativeId, native }: GovernorProposalState,
  account: string,
): Promise<Standing> {
  const proposal = proposalIdOf(nativeId);
  const ask = (name: string, ...values: readonly unknown[]) => ({
    ...{ abi, address: native.governor, function: name, arguments: values },
  });
  const [state, needsQueuing, eta, hasVoted, weight, nonce, clock] = await answersAt(chain, null, [
    ask('state', proposal),
    ask('proposalNeedsQueuing', proposal),
    ask('proposalEta', proposal),
    ask('hasVoted', proposal, account),
    ask('getVotes', account, native.snapshot),
    ask('nonces', account),
    ask('clock'),
  ]);
  const name = STATES[Number(numberOr(state, -1n))];
  if (name === undefined)
    throw refused('The governor knows no such proposal at its head', {
      got: nativeId,
      fix: 'Its chain may have taken it back: see the proposal again in a moment.',
    });
  return {
    ...{ state: name, needsQueuing: needsQueuing === true, eta: numberOr(eta, 0n) },
    hasVoted: typeof hasVoted === 'boolean' ? hasVoted : null,
    ...{ weight: numberOr(weight, null), nonce: numberOr(nonce, null) },
    isOpenNext: name === 'Active' || (name === 'Pending' && opensNext(native, numberOr(clock, 0n))),
  };
}

/** The next block may be the first that takes votes. */
const opensNext = ({ clock, snapshot }: GovernorProposalState['native'], now: bigint): boolean =>
  BigInt(snapshot) < (clock === 'BLOCK_NUMBER' ? now + 1n : BigInt(Math.floor(Date.now() / 1_000)));

/** Errors: `GOVERNANCE_REFUSED`. */
export function requireVote({ isOpenNext, state, hasVoted, weight }: Standing, voter: string): void {
  if (!isOpenNext) throw refused('The proposal takes no votes now', { got: state, expected: 'Active' });
  if (hasVoted === true)
    throw refused(`${voter} has voted on it already`, { got: voter, expected: 'one vote an account' });
  if (weight === 0n)
    throw refused(`${voter} has no weight in this vote`, {
      got: '0',
      expected: 'votes held, and delegated, when the poll opened',
      fix: 'Delegate the tokens, to oneself or to another, before the next proposal opens.',
    });
}

/** What carries a proposal on. `headMs`: the head's time. Errors: `GOVERNANCE_REFUSED`. */
export function nextOf({ state, needsQueuing, eta }: Standing, headMs: number | null): 'queue' | 'execute' {
  if (state === 'Succeeded') return needsQueuing ? 'queue' : 'execute';
  if (state !== 'Queued')
    throw refused('There is nothing to be carried out', { got: state, expected: 'Succeeded or Queued' });
  const due = Number(eta) * 1_000;
  // The next block's time: that of now, but never before the head's.
  const now = Math.max(headMs ?? 0, Date.now());
  if (due <= now) return 'execute';
  throw refused('Its timelock has not run out yet', {
    got: new Date(now).toISOString(),
    expected: `${new Date(due).toISOString()} or later`,
    fix: 'Execute it then.',
  });
}

export const refused = (what: string, facts: ErrorFacts): ParleyError =>
  new ParleyError('GOVERNANCE_REFUSED', what, facts);
