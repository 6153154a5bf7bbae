import type { ConfigChange } from '../../../model/fabric.js';
import { sameBytes } from '../wire/bytes.js';
import { policyRule } from './policies.js';
import { EMPTY_NODE, type ConfigNode } from './tree.js';
import { valueView } from './values.js';

/** A change with what kind of element it is of, which its path alone does not say. */
export interface ElementChange extends ConfigChange {
  readonly element: 'group' | 'value' | 'policy' | 'modPolicy';
}

/**
 * What differs between two configurations: one entry a value, policy or modification policy, and one for a whole group that came or
 * went. Versions alone are no change.
 */
export function configChanges(before: ConfigNode | null, after: ConfigNode): ElementChange[] {
  return [...groupChanges('/Channel', before ?? EMPTY_NODE, after)];
}

function* groupChanges(path: string, before: ConfigNode, after: ConfigNode): Generator<ElementChange> {
  if (before !== EMPTY_NODE && before.modPolicy !== after.modPolicy)
    yield {
      element: 'modPolicy',
      path: `${path}/mod_policy`,
      kind: 'CHANGED',
      before: before.modPolicy,
      after: after.modPolicy,
    };
  yield* differences(
    'value',
    path,
    before.values,
    after.values,
    (name, value) => valueView(name, value.bytes),
    sameValue,
  );
  yield* differences('policy', path, before.policies, after.policies, (_, item) => policyRule(item.policy), samePolicy);
  yield* subgroupChanges(path, before, after);
}

function* subgroupChanges(path: string, before: ConfigNode, after: ConfigNode): Generator<ElementChange> {
  const element = 'group';
  for (const name of names(before.groups, after.groups)) {
    const [old, now] = [before.groups.get(name), after.groups.get(name)];
    const at = `${path}/${name}`;
    if (old === undefined) yield { element, path: at, kind: 'ADDED', before: null, after: now && groupView(now) };
    else if (now === undefined) yield { element, path: at, kind: 'REMOVED', before: groupView(old), after: null };
    else yield* groupChanges(at, old, now);
  }
}

function* differences<T>(
  element: ElementChange['element'],
  path: string,
  before: ReadonlyMap<string, T>,
  after: ReadonlyMap<string, T>,
  view: (name: string, item: T) => unknown,
  same: (a: T, b: T) => boolean,
): Generator<ElementChange> {
  for (const name of names(before, after)) {
    const [old, now] = [before.get(name), after.get(name)];
    if (old !== undefined && now !== undefined && same(old, now)) continue;
    yield {
      element,
      path: `${path}/${name}`,
      kind: old === undefined ? 'ADDED' : now === undefined ? 'REMOVED' : 'CHANGED',
      before: old === undefined ? null : view(name, old),
      after: now === undefined ? null : view(name, now),
    };
  }
}

const names = (a: ReadonlyMap<string, unknown>, b: ReadonlyMap<string, unknown>): string[] =>
  [...new Set([...a.keys(), ...b.keys()])].sort();

type Value = { readonly bytes: Uint8Array; readonly modPolicy: string };
const sameValue = (a: Value, b: Value): boolean => sameBytes(a.bytes, b.bytes) && a.modPolicy === b.modPolicy;

type Policy = ConfigNode['policies'] extends ReadonlyMap<string, infer P> ? P : never;
const samePolicy = (a: Policy, b: Policy): boolean =>
  a.modPolicy === b.modPolicy && sameBytes(a.policy.serializeBinary(), b.policy.serializeBinary());

/** A whole group for people. */
function groupView(node: ConfigNode): unknown {
  return {
    modPolicy: node.modPolicy,
    values: Object.fromEntries([...node.values].map(([name, value]) => [name, valueView(name, value.bytes)])),
    policies: Object.fromEntries([...node.policies].map(([name, { policy }]) => [name, policyRule(policy)])),
    groups: Object.fromEntries([...node.groups].map(([name, group]) => [name, groupView(group)])),
  };
}
