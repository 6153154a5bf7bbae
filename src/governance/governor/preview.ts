import { ParleyError } from '../../errors/index.js';
import type { EthereumLedger } from '../../ledgers/ledger.js';
import type { Draft, JsonValue, Known } from '../mechanism.js';
import type { GovernorAbi } from './abi.js';
import { answersAt, numberOr } from './asking.js';
import { factsOf } from './facts.js';
import { actionsOf, requirementOf, textsOf } from './proposal.js';
import { titleAndGovernor, type Proposing } from './propose.js';
import { refused } from './standing.js';

export interface PreviewParts {
  readonly ledger: EthereumLedger;
  readonly known: Known;
  readonly governors: readonly { readonly address: string; readonly timelock: string | null }[];
}

/** More calls of one proposal are not tried. */
const MAX_TRIED = 20;

/** What a proposal would be, and why it could not be made, or carried out as the chain stands. */
export async function draftOf(
  parts: PreviewParts,
  abi: GovernorAbi,
  proposing: Proposing,
  proposer: string | null,
): Promise<Draft> {
  const { ledger, governors } = parts;
  const { governor, calls, description, digest } = proposing;
  const own = governors.find(({ address }) => address === governor) ?? { address: governor, timelock: null };
  const { requirement, timelock } = await ruleOf(ledger, abi, own);
  const refusal = proposer === null ? null : await refusalOf(parts, abi, proposing, proposer);
  const failures = await tried(ledger, proposing, timelock ?? governor);
  return {
    title: textsOf(description).title,
    actions: actionsOf(ledger, calls),
    requirement,
    problems: refusal === null ? failures : [refusal, ...failures],
    payloadDigest: digest.slice(2),
  };
}

/** By what rule a governor decides now, and who carries out. */
async function ruleOf(
  ledger: EthereumLedger,
  abi: GovernorAbi,
  own: PreviewParts['governors'][number],
): Promise<{ readonly requirement: Draft['requirement']; readonly timelock: string | null }> {
  const { address } = own;
  const facts = await factsOf(ledger, abi, own, null);
  const [now] = await answersAt(ledger, null, [{ abi: abi.governor, address, function: 'clock' }]);
  const timepoint = numberOr(now, 1n) - 1n;
  const [quorum] = await answersAt(ledger, null, [
    { abi: abi.governor, address, function: 'quorum', arguments: [timepoint] },
  ]);
  return { requirement: requirementOf(facts, { quorum: numberOr(quorum, null) }), timelock: facts.timelock };
}

/** What the rule would be, and why nothing of it can be proposed: the input itself is wrong. */
export async function impossible(
  { ledger, governors }: PreviewParts,
  abi: GovernorAbi,
  given: JsonValue,
  problem: ParleyError,
): Promise<Draft> {
  const { title, governor } = titleAndGovernor(given);
  const own = governors.find(({ address }) => address.toLowerCase() === governor.toLowerCase()) ?? governors[0];
  if (own === undefined) throw problem;
  const { requirement } = await ruleOf(ledger, abi, own);
  const { code, message } = problem;
  return { title, actions: [], requirement, problems: [{ code, message }], payloadDigest: null };
}

/** Errors: `GOVERNANCE_REFUSED` where the governor would not take the proposal from that account. */
export async function requireProposable(
  { ledger, known }: Pick<PreviewParts, 'ledger' | 'known'>,
  { governor: abi }: GovernorAbi,
  { governor: address, nativeId }: Proposing,
  proposer: string,
): Promise<void> {
  const before = await known.proposal(nativeId);
  if (before !== null)
    throw refused('The same was proposed already', {
      got: before.status,
      fix: 'See that proposal, or say something else in its text.',
    });
  const [threshold, now] = await answersAt(ledger, null, [
    { abi, address, function: 'proposalThreshold' },
    { abi, address, function: 'clock' },
  ]);
  const needed = numberOr(threshold, 0n);
  if (needed === 0n) return;
  const [votes] = await answersAt(ledger, null, [
    { abi, address, function: 'getVotes', arguments: [proposer, numberOr(now, 1n) - 1n] },
  ]);
  if (numberOr(votes, needed) >= needed) return;
  throw refused(`${proposer} has too little weight to propose`, { got: String(votes), expected: `${needed} or more` });
}

type Problem = Draft['problems'][number];

async function refusalOf(...asked: Parameters<typeof requireProposable>): Promise<Problem | null> {
  try {
    await requireProposable(...asked);
    return null;
  } catch (error) {
    return problemOf(error);
  }
}

/**
 * Each call by itself, as who executes would make it now: one may well depend on another, or on what happens until then. What a governor
 * with a timelock is to change of itself cannot be tried: it takes that only amid an execution of its own.
 */
async function tried(
  ledger: EthereumLedger,
  { calls, governor }: Proposing,
  executor: string,
): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  for (const [i, to] of calls.targets.slice(0, MAX_TRIED).entries()) {
    if (to === governor && executor !== governor) continue;
    try {
      const call = { value: String(calls.values[i] ?? 0n), data: calls.calldatas[i] ?? '0x' };
      await ledger.plan({ from: executor, to, ...call, function: null, arguments: [], gas: null });
    } catch (error) {
      const { code, message } = problemOf(error);
      problems.push({ code, message: `Call ${i + 1}, by itself and now: ${message}` });
    }
  }
  return problems;
}

function problemOf(error: unknown): Problem {
  const isTold = error instanceof ParleyError && !error.retryable;
  if (!isTold) throw error;
  return { code: error.code, message: error.message };
}
