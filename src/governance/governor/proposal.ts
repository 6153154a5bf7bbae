import type { DecodedBlock } from '../../model/block.js';
import type { NativeFacts, ProposalState } from '../../model/governance.js';
import { evidenceOf, momentOf } from '../states.js';
import type { Chain } from './asking.js';
import { clockOf, millisecondsOf, momentAt } from './clock.js';
import type { CreatedEvent, Place } from './events.js';
import type { GovernorFacts, Weights } from './facts.js';
import { nativeIdOf, operationOf, proposalHash, type Calls } from './identify.js';
import { emptyTally } from './tally.js';

export type GovernorNative = Extract<NativeFacts, { kind: 'GOVERNOR' }>;
export type GovernorProposalState = ProposalState & { readonly native: GovernorNative };

export const isGovernors = (state: ProposalState | null): state is GovernorProposalState =>
  state?.native.kind === 'GOVERNOR';

const MAX_TITLE_CHARACTERS = 200;
const MAX_BODY_CHARACTERS = 100_000;
const MAX_ACTIONS = 1_000;
/** Longer call data is kept, and not read. */
const MAX_READ_CHARACTERS = 200_000;

/** A proposal as it was made, PENDING. `weights`: of the moment, until the snapshot tells. */
export function proposalOf(
  block: DecodedBlock,
  { event, address: governor, transaction }: Place & { readonly event: CreatedEvent },
  facts: GovernorFacts,
  weights: Weights,
  { chain, voters }: { readonly chain: Pick<Chain, 'methodOf'>; readonly voters: readonly string[] },
): GovernorProposalState {
  const atMs = momentOf(block, undefined);
  const clock = clockOf(facts.clockMode);
  return {
    ...{ mechanism: 'GOVERNOR', nativeId: nativeIdOf(governor, event.proposal), ...textsOf(event.description) },
    ...{ links: [], proposer: event.proposer, proposerInferred: false, actions: actionsOf(chain, event.calls) },
    payloadDigest: proposalHash(event.calls, event.descriptionHash).slice(2),
    ...{ status: 'PENDING', nativeStatus: 'Pending', statusSource: 'OBSERVED', createdMs: atMs },
    ...{ opensAtMs: momentAt(event.start, clock), closesAtMs: momentAt(event.end, clock), lapsesTo: null },
    requirement: requirementOf(facts, weights),
    tally: emptyTally(weights, voters, facts.countingMode),
    ...{ execution: null, decision: null },
    history: [{ status: 'PENDING', atMs, cause: evidenceOf(block, transaction) }],
    native: nativeOf(governor, event, facts),
  };
}

/** The first line without its heading marks, and what follows. */
export function textsOf(description: string): Pick<ProposalState, 'title' | 'body'> {
  const text = description.trim();
  const end = text.indexOf('\n');
  const first = (end < 0 ? text : text.slice(0, end)).replace(/^#+/, '').trim();
  const rest = end < 0 ? '' : text.slice(end + 1).trim();
  return {
    title: first.length > MAX_TITLE_CHARACTERS ? `${first.slice(0, MAX_TITLE_CHARACTERS - 1)}…` : first,
    body: rest === '' ? null : rest.slice(0, MAX_BODY_CHARACTERS),
  };
}

export const requirementOf = (
  { token, countingMode }: Pick<GovernorFacts, 'token' | 'countingMode'>,
  { quorum }: Pick<Weights, 'quorum'>,
): Extract<ProposalState['requirement'], { kind: 'TOKEN_QUORUM' }> => ({
  ...{ kind: 'TOKEN_QUORUM', quorumWeight: String(quorum ?? 0n), token, countingMode },
});

export const actionsOf = (chain: Pick<Chain, 'methodOf'>, calls: Calls): ProposalState['actions'] =>
  calls.targets.slice(0, MAX_ACTIONS).map((target, i) => {
    const data = (calls.calldatas[i] ?? '0x').toLowerCase();
    const method = data.length > MAX_READ_CHARACTERS ? null : chain.methodOf(target, data);
    return { kind: 'EVM_CALL', target, value: String(calls.values[i] ?? 0n), data, method };
  });

function nativeOf(
  governor: string,
  { calls, start, end, descriptionHash }: CreatedEvent,
  facts: GovernorFacts,
): GovernorNative {
  const { timelock, graceSeconds, clockMode } = facts;
  return {
    ...{ kind: 'GOVERNOR', governor, etaMs: null, clock: clockOf(clockMode) },
    ...{ snapshot: String(start), deadline: String(end), descriptionHash, timelock },
    operation: timelock === null ? null : operationOf(governor, calls, descriptionHash),
    graceMs: graceSeconds === null ? null : millisecondsOf(graceSeconds),
  };
}
