import { common } from '@hyperledger/fabric-protos';
import type { Map as ProtoMap } from 'google-protobuf';
import { entriesOf } from '../protoMap.js';

/** One element's part in a config update, in the sets that the update consists of. */
interface Difference<T> {
  readonly read: Map<string, T>;
  readonly write: Map<string, T>;
  /** Elements that stay as they are; named by their version where the group's membership changes. */
  readonly same: Map<string, T>;
  readonly membersChanged: boolean;
}

interface GroupDifference {
  readonly read: common.ConfigGroup;
  readonly write: common.ConfigGroup;
  readonly changed: boolean;
}

/**
 * The config update that turns one configuration into another, as Fabric's tools compute it: changed elements at the next
 * version in the write set; where a group's members change, its unchanged elements by version in both sets.
 * @throws {Error} where nothing differs
 */
export function computeConfigUpdate(
  channel: string,
  original: common.ConfigGroup,
  updated: common.ConfigGroup,
): common.ConfigUpdate {
  const difference = compareGroups(original, updated);
  if (!difference.changed) throw new Error('no differences detected between original and updated config');
  const update = new common.ConfigUpdate();
  update.setChannelId(channel);
  update.setReadSet(difference.read);
  update.setWriteSet(difference.write);
  return update;
}

function compareGroups(original: common.ConfigGroup, updated: common.ConfigGroup): GroupDifference {
  const policies = compareLeaves(original.getPoliciesMap(), updated.getPoliciesMap(), policyRules);
  const values = compareLeaves(original.getValuesMap(), updated.getValuesMap(), valueRules);
  const groups = compareInnerGroups(original.getGroupsMap(), updated.getGroupsMap());
  const parts = { policies, values, groups };
  const sameMembers = ![policies, values, groups].some((part) => part.membersChanged);
  if (!sameMembers || original.getModPolicy() !== updated.getModPolicy()) return rewritten(original, updated, parts);
  const changed = [policies, values, groups].some((part) => part.write.size > 0);
  return {
    read: assemble(original.getVersion(), parts, 'read', false),
    write: assemble(original.getVersion(), parts, 'write', false),
    changed,
  };
}

interface Parts {
  readonly policies: Difference<common.ConfigPolicy>;
  readonly values: Difference<common.ConfigValue>;
  readonly groups: Difference<common.ConfigGroup>;
}

function rewritten(original: common.ConfigGroup, updated: common.ConfigGroup, parts: Parts): GroupDifference {
  const write = assemble(original.getVersion() + 1, parts, 'write', true);
  write.setModPolicy(updated.getModPolicy());
  return { read: assemble(original.getVersion(), parts, 'read', true), write, changed: true };
}

function assemble(version: number, parts: Parts, set: 'read' | 'write', withSame: boolean): common.ConfigGroup {
  const group = new common.ConfigGroup();
  group.setVersion(version);
  const fill = <T>(map: ProtoMap<string, T>, part: Difference<T>): void => {
    for (const [name, element] of part[set]) map.set(name, element);
    if (withSame) for (const [name, element] of part.same) map.set(name, element);
  };
  fill(group.getPoliciesMap(), parts.policies);
  fill(group.getValuesMap(), parts.values);
  fill(group.getGroupsMap(), parts.groups);
  return group;
}

/** What a leaf (a value or a policy) is compared by and made of. */
interface LeafRules<T> {
  readonly version: (leaf: T) => number;
  readonly equal: (a: T, b: T) => boolean;
  /** Only its version: an element that is referred to, not changed. */
  readonly reference: (version: number) => T;
  readonly at: (leaf: T, version: number) => T;
}

const valueRules: LeafRules<common.ConfigValue> = {
  version: (value) => value.getVersion(),
  equal: (a, b) => a.getModPolicy() === b.getModPolicy() && Buffer.from(a.getValue_asU8()).equals(b.getValue_asU8()),
  reference: (version) => {
    const value = new common.ConfigValue();
    value.setVersion(version);
    return value;
  },
  at: (value, version) => {
    const next = value.cloneMessage();
    next.setVersion(version);
    return next;
  },
};

const policyRules: LeafRules<common.ConfigPolicy> = {
  version: (policy) => policy.getVersion(),
  equal: (a, b) => a.getModPolicy() === b.getModPolicy() && policyBytes(a).equals(policyBytes(b)),
  reference: (version) => {
    const policy = new common.ConfigPolicy();
    policy.setVersion(version);
    return policy;
  },
  at: (policy, version) => {
    const next = policy.cloneMessage();
    next.setVersion(version);
    return next;
  },
};

function policyBytes(policy: common.ConfigPolicy): Buffer {
  return Buffer.from(policy.getPolicy()?.serializeBinary() ?? []);
}

function compareLeaves<T>(
  original: ProtoMap<string, T>,
  updated: ProtoMap<string, T>,
  rules: LeafRules<T>,
): Difference<T> {
  const before = new Map(entriesOf(original));
  const after = new Map(entriesOf(updated));
  const write = new Map<string, T>();
  const same = new Map<string, T>();
  for (const [name, leaf] of after) {
    const previous = before.get(name);
    if (previous === undefined) write.set(name, rules.at(leaf, 0));
    else if (rules.equal(previous, leaf)) same.set(name, rules.reference(rules.version(previous)));
    else write.set(name, rules.at(leaf, rules.version(previous) + 1));
  }
  return { read: new Map(), write, same, membersChanged: differentKeys(before, after) };
}

function compareInnerGroups(
  original: ProtoMap<string, common.ConfigGroup>,
  updated: ProtoMap<string, common.ConfigGroup>,
): Difference<common.ConfigGroup> {
  const before = new Map(entriesOf(original));
  const after = new Map(entriesOf(updated));
  const read = new Map<string, common.ConfigGroup>();
  const write = new Map<string, common.ConfigGroup>();
  const same = new Map<string, common.ConfigGroup>();
  for (const [name, group] of after) {
    const previous = before.get(name);
    const difference = compareGroups(previous ?? new common.ConfigGroup(), group);
    if (previous === undefined) write.set(name, newGroup(difference.write, group.getModPolicy()));
    else if (!difference.changed) same.set(name, difference.read);
    else {
      read.set(name, difference.read);
      write.set(name, difference.write);
    }
  }
  return { read, write, same, membersChanged: differentKeys(before, after) };
}

function newGroup(write: common.ConfigGroup, modPolicy: string): common.ConfigGroup {
  write.setVersion(0);
  write.setModPolicy(modPolicy);
  return write;
}

function differentKeys(before: ReadonlyMap<string, unknown>, after: ReadonlyMap<string, unknown>): boolean {
  return before.size !== after.size || [...before.keys()].some((name) => !after.has(name));
}
