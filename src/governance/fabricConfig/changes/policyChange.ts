import { common } from '@hyperledger/fabric-protos';
import { distance } from 'fastest-levenshtein';
import { parsePolicyRule, readPrincipal } from '../../../ledgers/fabric/configuration.js';
import { inputProblem, listed } from '../problem.js';
import { elementsOf } from '../update/elements.js';
import { entriesOf } from '../update/groups.js';
import { organizationsOf } from './organizations.js';
import { setPolicyRule } from './parts.js';

/** Sets a policy by its path from its text. Throws `INPUT_INVALID`: an unknown path, an unreadable rule, a reference to nobody. */
export function setPolicy(root: common.ConfigGroup, path: string, rule: string): void {
  const policies = [...elementsOf(root).values()].filter(({ kind }) => kind === 'POLICY');
  const found = policies.find((policy) => policy.path === path);
  const group = found === undefined ? undefined : elementsOf(root).get(`GROUP ${found.parent}`);
  if (found === undefined || group?.kind !== 'GROUP')
    throw unknownPath(
      path,
      policies.map((policy) => policy.path),
    );
  checkReferences(root, group.message, parsePolicyRule(rule));
  setPolicyRule(group.message, found.name, rule);
}

function checkReferences(root: common.ConfigGroup, group: common.ConfigGroup, policy: common.Policy): void {
  const bytes = policy.getValue_asU8();
  if (policy.getType() === common.Policy.PolicyType.IMPLICIT_META) {
    const name = common.ImplicitMetaPolicy.deserializeBinary(bytes).getSubPolicy();
    const below = entriesOf(group.getGroupsMap());
    if (!below.some(([, inner]) => inner.getPoliciesMap().has(name))) throw unknownSubPolicy(name, below);
    return;
  }
  const known = [...organizationsOf(root, 'Application'), ...organizationsOf(root, 'Orderer')].map(
    ({ mspId }) => mspId,
  );
  const named = common.SignaturePolicyEnvelope.deserializeBinary(bytes).getIdentitiesList();
  const unknown = named
    .map((one) => readPrincipal(one).mspId)
    .find((mspId) => mspId !== null && !known.includes(mspId));
  if (unknown != null) throw unknownMsp(unknown, known);
}

function nearest(name: string, known: readonly string[]): string {
  const [best] = [...known].sort((a, b) => distance(name, a) - distance(name, b));
  return best === undefined || distance(name, best) > Math.max(3, name.length / 3) ? '' : `Did you mean ${best}? `;
}

const unknownPath = (got: string, known: readonly string[]) =>
  inputProblem('The channel has no such policy', {
    got: got.slice(0, 200),
    expected: `one of ${listed(known)}`,
    fix: `${nearest(got.slice(0, 200), known)}Name a policy by its path, as the channel’s policies have it.`,
  });

const unknownMsp = (got: string, known: readonly string[]) =>
  inputProblem('The policy asks for an organisation that the channel does not have', {
    got,
    expected: `one of ${listed(new Set(known))}`,
    fix: `${nearest(got, known)}Name organisations by their MSP ids, or add the organisation first.`,
  });

const unknownSubPolicy = (got: string, below: readonly [string, common.ConfigGroup][]) =>
  inputProblem('The policy is made of a policy that no group below has', {
    got,
    expected: `one of ${listed(new Set(below.flatMap(([, group]) => entriesOf(group.getPoliciesMap()).map(([name]) => name))))}`,
    fix: 'Name a policy of the groups below, or write an expression.',
  });
