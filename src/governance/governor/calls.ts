import type { ProposalState } from '../../model/governance.js';
import type { GovernorAbi } from './abi.js';
import type { Calls } from './identify.js';
import type { GovernorProposalState } from './proposal.js';

/** What a proposal would call, as it is told to the governor again and again. */
export function callsOf(actions: ProposalState['actions']): Calls {
  const calls = actions.flatMap((action) => (action.kind === 'EVM_CALL' ? [action] : []));
  return {
    targets: calls.map(({ target }) => target),
    values: calls.map(({ value }) => BigInt(value)),
    calldatas: calls.map(({ data }) => data),
  };
}

/** Call data that queues, executes or cancels a proposal, lower case. */
export function inputOf(
  { governor }: GovernorAbi,
  name: 'queue' | 'execute' | 'cancel',
  state: GovernorProposalState,
): string {
  const { targets, values, calldatas } = callsOf(state.actions);
  const hash = state.native.descriptionHash ?? `0x${'00'.repeat(32)}`;
  return governor.encodeFunctionData(name, [targets, values, calldatas, hash]).toLowerCase();
}

export const executionInput = (abi: GovernorAbi, state: GovernorProposalState): string =>
  inputOf(abi, 'execute', state);
