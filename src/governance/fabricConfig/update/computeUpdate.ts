import { common } from '@hyperledger/fabric-protos';
import { inputProblem } from '../problem.js';
import { asNew, entriesOf, policyAt, valueAt, type ProtoMap } from './groups.js';

/**
 * The update that makes one configuration of another, as Fabric's configtxlator computes it: what changed stands in the write set at its
 * next version; a group that got or lost members, or another mod_policy, goes to its next version itself, and both sets then name all
 * that stays in it by version. Maps are written in the order of their keys, so the same change has the same bytes everywhere.
 * Versions in `after` do not matter. Throws `INPUT_INVALID` where nothing differs.
 */
export function computeUpdate(channel: string, before: common.Config, after: common.ConfigGroup): Uint8Array {
  const group = before.getChannelGroup() ?? new common.ConfigGroup();
  const difference = compareGroups(group, after);
  if (difference.kind === 'same') throw nothingChanges();
  const update = new common.ConfigUpdate();
  update.setChannelId(channel);
  update.setReadSet(difference.read);
  update.setWriteSet(difference.write);
  return update.serializeBinary();
}

const nothingChanges = () =>
  inputProblem('The change changes nothing: the channel is configured like that already', {
    fix: 'Propose what differs from the configuration in force.',
  });

type Difference<T> =
  | { readonly kind: 'same'; readonly reference: T }
  | { readonly kind: 'changed'; readonly read: T | null; readonly write: T };
type GroupDifference = Difference<common.ConfigGroup> & { readonly read?: common.ConfigGroup };

function compareGroups(before: common.ConfigGroup, after: common.ConfigGroup): GroupDifference {
  const sides = new Sides(before.getVersion());
  const comparisons = [
    sides.add(
      before,
      after,
      (group) => group.getPoliciesMap(),
      comparePolicies,
      (policy) => policyAt(policy, 0),
    ),
    sides.add(
      before,
      after,
      (group) => group.getValuesMap(),
      compareValues,
      (value) => valueAt(value, 0),
    ),
    sides.add(before, after, (group) => group.getGroupsMap(), compareGroups, asNew),
  ];
  if (comparisons.includes('members') || before.getModPolicy() !== after.getModPolicy()) {
    sides.nameTheSame();
    sides.write.setVersion(before.getVersion() + 1);
    sides.write.setModPolicy(after.getModPolicy());
  } else if (!comparisons.includes('elements')) return { kind: 'same', reference: groupReference(before.getVersion()) };
  return { kind: 'changed', read: sides.read, write: sides.write };
}

/** A group's part in the two sets, while it is found out. */
class Sides {
  readonly read: common.ConfigGroup;
  readonly write: common.ConfigGroup;
  private readonly same: (() => void)[] = [];

  constructor(version: number) {
    this.read = groupReference(version);
    this.write = groupReference(version);
  }

  /** What changed among one kind of elements: which there are, or only some of them, or none. */
  add<T>(
    before: common.ConfigGroup,
    after: common.ConfigGroup,
    mapOf: (group: common.ConfigGroup) => ProtoMap<T>,
    compare: (before: T, after: T) => Difference<T>,
    fresh: (element: T) => T,
  ): 'members' | 'elements' | 'none' {
    const [old, now] = [mapOf(before), mapOf(after)];
    let found: 'elements' | 'none' = 'none';
    let members = entriesOf(old).some(([name]) => !now.has(name));
    for (const [name, element] of entriesOf(now)) {
      const previous = old.get(name);
      const difference: Difference<T> =
        previous === undefined ? { kind: 'changed', read: null, write: fresh(element) } : compare(previous, element);
      members ||= previous === undefined;
      if (difference.kind === 'same')
        this.same.push(() => this.put(mapOf, name, difference.reference, difference.reference));
      else {
        this.put(mapOf, name, difference.read, difference.write);
        found = 'elements';
      }
    }
    return members ? 'members' : found;
  }

  nameTheSame(): void {
    for (const put of this.same) put();
  }

  private put<T>(mapOf: (group: common.ConfigGroup) => ProtoMap<T>, name: string, read: T | null, write: T): void {
    if (read !== null) mapOf(this.read).set(name, read);
    mapOf(this.write).set(name, write);
  }
}

function compareValues(before: common.ConfigValue, after: common.ConfigValue): Difference<common.ConfigValue> {
  const version = before.getVersion();
  if (same(valueAt(before, 0), valueAt(after, 0))) {
    const reference = new common.ConfigValue();
    reference.setVersion(version);
    return { kind: 'same', reference };
  }
  return { kind: 'changed', read: null, write: valueAt(after, version + 1) };
}

function comparePolicies(before: common.ConfigPolicy, after: common.ConfigPolicy): Difference<common.ConfigPolicy> {
  const version = before.getVersion();
  if (same(policyAt(before, 0), policyAt(after, 0))) {
    const reference = new common.ConfigPolicy();
    reference.setVersion(version);
    return { kind: 'same', reference };
  }
  return { kind: 'changed', read: null, write: policyAt(after, version + 1) };
}

function groupReference(version: number): common.ConfigGroup {
  const reference = new common.ConfigGroup();
  reference.setVersion(version);
  return reference;
}

const same = (a: { serializeBinary(): Uint8Array }, b: { serializeBinary(): Uint8Array }): boolean =>
  Buffer.from(a.serializeBinary()).equals(b.serializeBinary());
