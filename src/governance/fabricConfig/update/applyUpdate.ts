import { common } from '@hyperledger/fabric-protos';
import type { ConfigInForce } from '../inForce.js';
import { inputProblem, listed } from '../problem.js';
import { elementsOf, keyOf, ROOT, type Element } from './elements.js';
import { entriesOf, policyAt, valueAt } from './groups.js';
import { openUpdate, type OpenUpdate } from './openUpdate.js';
import { staleElements } from './staleness.js';

/**
 * The configuration that an update makes of the one in force, by Fabric's rules, whoever signs it. Throws `INPUT_INVALID` where the
 * orderer would refuse the update whatever the signatures.
 */
export function applyUpdate(config: ConfigInForce, bytes: Uint8Array): common.ConfigGroup {
  const update = openUpdate(bytes);
  checkChannel(config, update);
  checkVersions(config, bytes);
  checkDelta(update);
  const all = new Map([...elementsOf(config.group), ...update.delta]);
  const absent = [...update.writeSet.values()].find(({ kind, path }) => !all.has(keyOf(kind, path)));
  if (absent !== undefined) throw incomplete(absent.path);
  return groupFrom(all, ROOT);
}

function checkChannel(config: ConfigInForce, update: OpenUpdate): void {
  if (update.channel === config.channel) return;
  throw inputProblem('The update is of another channel', {
    got: update.channel,
    expected: config.channel,
    fix: 'Propose it on its own channel.',
  });
}

function checkVersions(config: ConfigInForce, bytes: Uint8Array): void {
  const stale = staleElements(config, bytes);
  if (stale.length === 0) return;
  throw inputProblem('The update was made for another configuration than the one in force', {
    got: listed(stale.map(({ path, needed }) => `${path} at ${needed === null ? 'no version' : `version ${needed}`}`)),
    expected: listed(
      stale.map(({ path, current }) => `${path} at ${current === null ? 'none' : `version ${current}`}`),
    ),
    fix: 'Prepare the change again, and collect its signatures anew.',
    details: { stale },
  });
}

function checkDelta({ delta }: OpenUpdate): void {
  if (delta.size === 0)
    throw inputProblem('The update changes nothing', { fix: 'Propose what differs from the configuration in force.' });
  const without = [...delta.values()].find(({ message }) => message.getModPolicy() === '');
  if (without !== undefined)
    throw inputProblem('An element of the update has no mod_policy', {
      got: without.path,
      expected: 'the policy by which it may be changed again',
      fix: 'Set its mod_policy, for instance to Admins.',
    });
}

/** What a group contains is said by its own element; what those are, by theirs. */
function groupFrom(elements: ReadonlyMap<string, Element>, path: string): common.ConfigGroup {
  const told = required(elements, 'GROUP', path).message;
  const group = new common.ConfigGroup();
  group.setVersion(told.getVersion());
  group.setModPolicy(told.getModPolicy());
  for (const [name] of entriesOf(told.getGroupsMap()))
    group.getGroupsMap().set(name, groupFrom(elements, `${path}/${name}`));
  for (const [name] of entriesOf(told.getValuesMap())) {
    const value = required(elements, 'VALUE', `${path}/${name}`).message;
    group.getValuesMap().set(name, valueAt(value, value.getVersion()));
  }
  for (const [name] of entriesOf(told.getPoliciesMap())) {
    const policy = required(elements, 'POLICY', `${path}/${name}`).message;
    group.getPoliciesMap().set(name, policyAt(policy, policy.getVersion()));
  }
  return group;
}

function required<K extends Element['kind']>(
  elements: ReadonlyMap<string, Element>,
  kind: K,
  path: string,
): Extract<Element, { kind: K }> {
  const element = elements.get(keyOf(kind, path));
  if (element === undefined || !isKind(element, kind)) throw incomplete(path);
  return element;
}

const isKind = <K extends Element['kind']>(element: Element, kind: K): element is Extract<Element, { kind: K }> =>
  element.kind === kind;

const incomplete = (got: string) =>
  inputProblem('The update names an element that is neither in force nor set by it', {
    got,
    fix: 'Compute the update from the whole configuration in force.',
  });
