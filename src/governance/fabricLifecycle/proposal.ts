import type { HistoryEntry, ProposalState, Requirement, Tally } from '../../model/governance.js';
import type { ChaincodeDefinition, ChannelConfig } from '../../model/fabric.js';
import { isMet } from '../policyTree.js';
import { countedTally, withStatus } from '../states.js';

/** What decides over chaincode definitions. */
const POLICY = '/Channel/Application/LifecycleEndorsement';
const DIGEST_DIGITS = 16;

type Said = Omit<HistoryEntry, 'status'>;

/** Names may hold anything but a slash and a dot's place: the sequence and the digest stand after it. */
export const nativeIdOf = ({
  name,
  sequence,
  digest,
}: Pick<ChaincodeDefinition, 'name' | 'sequence' | 'digest'>): string =>
  `${name}.${sequence}.${digest.slice(0, DIGEST_DIGITS)}`;

export const isSameSequence = (a: ProposalState, b: ProposalState): boolean =>
  a.native.kind === 'FABRIC_LIFECYCLE' &&
  b.native.kind === 'FABRIC_LIFECYCLE' &&
  a.native.chaincode === b.native.chaincode &&
  a.native.sequence === b.native.sequence;

/** A definition of which the ledger speaks for the first time. Nobody has approved it yet. */
export function opened(
  definition: ChaincodeDefinition,
  by: string | null,
  config: ChannelConfig | null,
  said: Said,
): ProposalState {
  const { name, version, sequence, digest } = definition;
  return {
    ...{ mechanism: 'FABRIC_LIFECYCLE', nativeId: nativeIdOf(definition) },
    ...{ title: `${name} ${version}, sequence ${sequence}`, body: null, links: [] },
    ...{ proposer: by, proposerInferred: true },
    actions: [{ kind: 'CHAINCODE_DEFINITION', definition }],
    ...{ payloadDigest: digest, status: 'ACTIVE', nativeStatus: 'OPEN', statusSource: 'OBSERVED' },
    ...{ createdMs: said.atMs, opensAtMs: said.atMs, closesAtMs: null, lapsesTo: null },
    requirement: requirementOf(config),
    tally: tallyOf(config, []),
    execution: null,
    history: [{ status: 'ACTIVE', ...said }],
    decision: null,
    native: { kind: 'FABRIC_LIFECYCLE', chaincode: name, sequence },
  };
}

/** With one organisation's approval more. */
export function approved(state: ProposalState, mspId: string, config: ChannelConfig | null, said: Said): ProposalState {
  return counted(state, config, said, [...new Set([...approversOf(state), mspId])]);
}

/** Counted anew, under the configuration in force. */
export function retallied(
  state: ProposalState,
  config: ChannelConfig | null,
  said: Said,
  { without }: { readonly without?: string },
): ProposalState {
  return counted(
    state,
    config,
    said,
    approversOf(state).filter((one) => one !== without),
  );
}

function counted(
  state: ProposalState,
  config: ChannelConfig | null,
  said: Said,
  approvers: readonly string[],
): ProposalState {
  const tally = tallyOf(config, approvers);
  const facts = { tally, requirement: requirementOf(config), approvers };
  if (state.status !== 'ACTIVE' && state.status !== 'APPROVED') return withFacts(state, facts);
  const status = tally.satisfied ? 'APPROVED' : 'ACTIVE';
  return withStatus(state, status, said, {
    ...withFacts(state, facts),
    nativeStatus: tally.satisfied ? 'COMMIT_READY' : 'OPEN',
  });
}

const withFacts = (
  state: ProposalState,
  facts: { readonly tally: Tally; readonly requirement: Requirement; readonly approvers: readonly string[] },
): ProposalState => ({
  ...state,
  tally: facts.tally,
  requirement: facts.requirement,
  native:
    state.native.kind === 'FABRIC_LIFECYCLE' ? { ...state.native, approvers: [...facts.approvers] } : state.native,
});

/** Fabric keeps an approval for good, also of an organisation that left and came again. */
const approversOf = (state: ProposalState): readonly string[] =>
  state.native.kind === 'FABRIC_LIFECYCLE' ? (state.native.approvers ?? []) : [];

const membersOf = (config: ChannelConfig | null): readonly string[] =>
  (config?.organizations ?? []).map(({ mspId }) => mspId);

function tallyOf(config: ChannelConfig | null, approvers: readonly string[]): Tally {
  const eligible = membersOf(config);
  const counting = approvers.filter((one) => eligible.includes(one));
  const tree = policyOf(config)?.tree ?? null;
  return countedTally(eligible, counting, {
    satisfied: isMet(tree, new Set(counting)),
    stillReachable: isMet(tree, new Set(eligible)),
  });
}

const policyOf = (config: ChannelConfig | null) => config?.policies.find(({ path }) => path === POLICY);

function requirementOf(config: ChannelConfig | null): Requirement {
  const policy = policyOf(config);
  return { kind: 'FABRIC_POLICY', path: POLICY, expression: policy?.rule ?? 'unknown', tree: policy?.tree ?? [] };
}
