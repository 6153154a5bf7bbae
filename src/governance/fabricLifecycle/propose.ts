import { peer } from '@hyperledger/fabric-protos';
import { ParleyError } from '../../errors/index.js';
import { chaincodeDefinition, parsePolicyExpression } from '../../ledgers/fabric/configuration.js';
import type { ChaincodeDefinition, ChannelConfig } from '../../model/fabric.js';
import type { JsonValue } from '../mechanism.js';
import { namedIn } from '../policyTree.js';
import { collectionsOf } from './collections.js';

const { ApproveChaincodeDefinitionForMyOrgArgs } = peer.lifecycle;
type ApproveArgs = peer.lifecycle.ApproveChaincodeDefinitionForMyOrgArgs;
type InForce = peer.lifecycle.QueryChaincodeDefinitionResult | null;

/** `FabricLifecycleProposalInput`; what is absent stays as it is in force. */
export interface Proposing {
  readonly name: string;
  readonly version?: string;
  readonly sequence?: number;
  /** An expression of Fabric's policy language, or the path of a policy of the channel. */
  readonly endorsementPolicy?: string;
  readonly packageId?: string;
  /** As Fabric's own command reads it. */
  readonly collections?: unknown;
  readonly initRequired?: boolean;
}
export const proposingOf = (input: JsonValue): Proposing => input as unknown as Proposing;

const DEFAULT_POLICY = '/Channel/Application/Endorsement';
// Fabric's own rules: core/chaincode/lifecycle/scc.go.
const NAME = /^[a-zA-Z0-9]+([-_][a-zA-Z0-9]+)*$/;
const VERSION = /^[A-Za-z0-9_.+-]+$/;
// <label>:<SHA-256 of the package>
const PACKAGE = /^[A-Za-z0-9][A-Za-z0-9_.+-]*:[0-9a-f]{64}$/;
const MAX_NAME_CHARACTERS = 200;

/** An approval of what is proposed, but for its package. Errors: `INPUT_INVALID`, pointing at the character of a policy. */
export function approvalOf(proposing: Proposing, inForce: InForce): ApproveArgs {
  const args = asInForce(inForce);
  args.setName(matching('name', NAME, proposing.name));
  args.setVersion(matching('version', VERSION, versionOf(proposing, inForce)));
  args.setSequence(proposing.sequence ?? nextSequence(inForce));
  const { endorsementPolicy: policy, collections: json, initRequired } = proposing;
  if (policy !== undefined) args.setValidationParameter(validationParameter(policy));
  const collections = json === undefined ? args.getCollections() : collectionsOf(json);
  // No collections and an empty list of them are the same, and every organisation must approve the same bytes.
  args.setCollections(collections?.getConfigList().length === 0 ? undefined : collections);
  if (initRequired !== undefined) args.setInitRequired(initRequired);
  return args;
}

/** What stays where nothing else is asked for: what is in force, or Fabric's own defaults. */
function asInForce(inForce: InForce): ApproveArgs {
  const args = new ApproveChaincodeDefinitionForMyOrgArgs();
  args.setEndorsementPlugin(inForce?.getEndorsementPlugin() ?? 'escc');
  args.setValidationPlugin(inForce?.getValidationPlugin() ?? 'vscc');
  args.setValidationParameter(inForce?.getValidationParameter_asU8() ?? validationParameter(DEFAULT_POLICY));
  args.setCollections(inForce?.getCollections());
  args.setInitRequired(inForce?.getInitRequired() ?? false);
  return args;
}

function versionOf({ name, version }: Proposing, inForce: InForce): string {
  if (version !== undefined) return version;
  if (inForce !== null) return inForce.getVersion();
  throw new ParleyError('INPUT_INVALID', `Nothing is committed as ${shown(name)} yet`, {
    expected: '`version`: of the first definition',
  });
}

/** The package that is asked for; null where none is. Errors: `INPUT_INVALID`. */
export const packageNamed = ({ packageId }: Proposing): string | null =>
  packageId === undefined ? null : matching('packageId', PACKAGE, packageId);

export const nextSequence = (inForce: InForce): number => (inForce?.getSequence() ?? 0) + 1;

function matching(key: string, pattern: RegExp, text: string): string {
  if (text.length <= MAX_NAME_CHARACTERS && pattern.test(text)) return text;
  throw new ParleyError('INPUT_INVALID', `\`${key}\` is not one that Fabric takes`, {
    got: shown(text),
    expected: `at most ${MAX_NAME_CHARACTERS} characters that match ${pattern.source}`,
  });
}

function validationParameter(text: string): Uint8Array {
  const policy = new peer.ApplicationPolicy();
  if (text.startsWith('/')) policy.setChannelConfigPolicyReference(text);
  else policy.setSignaturePolicy(parsePolicyExpression(text));
  return policy.serializeBinary();
}

/** The definition as the index will show it. */
export function definitionOf(args: ApproveArgs, channel: ChannelConfig | null): ChaincodeDefinition {
  const definition = chaincodeDefinition(args, null);
  const { reference } = definition.endorsementPolicy;
  const tree = reference === null ? definition.endorsementPolicy.tree : treeAt(channel, reference);
  return { ...definition, endorsementPolicy: { ...definition.endorsementPolicy, tree } };
}

const treeAt = (channel: ChannelConfig | null, path: string) =>
  channel?.policies.find((policy) => policy.path === path)?.tree ?? null;

/** Why Fabric, or whoever uses it, would not want this definition. */
export function problemsOf(
  definition: ChaincodeDefinition,
  inForce: InForce,
  channel: ChannelConfig | null,
): readonly ParleyError[] {
  return [
    ...sequenceProblem(definition, inForce),
    ...policyProblem(definition, channel),
    ...organizationProblem(definition, channel),
  ];
}

/** The one in force may be approved again as it is: with another package. */
function sequenceProblem(definition: ChaincodeDefinition, inForce: InForce): readonly ParleyError[] {
  const { sequence, name } = definition;
  const next = nextSequence(inForce);
  if (sequence === next) return [];
  const isAgain =
    inForce !== null && sequence === inForce.getSequence() && digestInForce(inForce, name) === definition.digest;
  if (isAgain) return [];
  const what = `The next sequence of ${shown(name)} is ${next}`;
  return [new ParleyError('GOVERNANCE_REFUSED', what, { got: sequence, expected: next, fix: 'Leave `sequence` out.' })];
}

/** What an approval of the definition in force binds to. */
export const digestInForce = (inForce: NonNullable<InForce>, name: string): string =>
  chaincodeDefinition(approvalOf({ name, sequence: inForce.getSequence() }, inForce), null).digest;

function policyProblem(
  { endorsementPolicy: { reference } }: ChaincodeDefinition,
  channel: ChannelConfig | null,
): readonly ParleyError[] {
  if (reference === null || channel === null || channel.policies.some(({ path }) => path === reference)) return [];
  const known = channel.policies.map(({ path }) => path).filter((path) => path.startsWith('/Channel/Application/'));
  const facts = { got: shown(reference), expected: `one of ${known.slice(0, 20).join(', ')}, or an expression` };
  return [new ParleyError('INPUT_INVALID', 'The channel has no such policy', facts)];
}

function organizationProblem(
  { endorsementPolicy, collections }: ChaincodeDefinition,
  channel: ChannelConfig | null,
): readonly ParleyError[] {
  if (channel === null) return [];
  const known = channel.organizations.map(({ mspId }) => mspId);
  const ofCollections = collections.flatMap(({ policy }) =>
    [...policy.matchAll(/'([^']+)\.[^.']+'/g)].map(([, id]) => id),
  );
  const named = [...namedIn(endorsementPolicy.tree), ...ofCollections.filter((id) => id !== undefined)];
  const foreign = [...new Set(named)].filter((id) => !known.includes(id));
  if (foreign.length === 0) return [];
  const facts = { got: foreign.slice(0, 20).map(shown).join(', '), expected: known.join(', ') };
  return [new ParleyError('INPUT_INVALID', 'A policy names organisations that are not on the channel', facts)];
}

const MAX_SHOWN = 100;
const shown = (text: string): string => (text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN)}…`);
