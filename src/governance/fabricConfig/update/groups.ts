import { common } from '@hyperledger/fabric-protos';

/** What this needs of google-protobuf's Map. */
export interface ProtoMap<T> {
  forEach(visit: (value: T, key: string) => void): void;
  get(key: string): T | undefined;
  set(key: string, value: T): unknown;
  has(key: string): boolean;
  del(key: string): unknown;
}

export function entriesOf<T>(map: ProtoMap<T>): [string, T][] {
  const entries: [string, T][] = [];
  map.forEach((value, key) => entries.push([key, value]));
  return entries;
}

/** A group that can be changed without changing the one it was made of. */
export const copyOf = (group: common.ConfigGroup): common.ConfigGroup =>
  common.ConfigGroup.deserializeBinary(group.serializeBinary());

/** The same group as if it were new: every version in it is 0. */
export function asNew(group: common.ConfigGroup): common.ConfigGroup {
  const made = new common.ConfigGroup();
  made.setModPolicy(group.getModPolicy());
  for (const [name, inner] of entriesOf(group.getGroupsMap())) made.getGroupsMap().set(name, asNew(inner));
  for (const [name, value] of entriesOf(group.getValuesMap())) made.getValuesMap().set(name, valueAt(value, 0));
  for (const [name, policy] of entriesOf(group.getPoliciesMap())) made.getPoliciesMap().set(name, policyAt(policy, 0));
  return made;
}

export function valueAt(value: common.ConfigValue, version: number): common.ConfigValue {
  const made = new common.ConfigValue();
  made.setVersion(version);
  made.setModPolicy(value.getModPolicy());
  made.setValue(value.getValue_asU8());
  return made;
}

export function policyAt(policy: common.ConfigPolicy, version: number): common.ConfigPolicy {
  const made = new common.ConfigPolicy();
  made.setVersion(version);
  made.setModPolicy(policy.getModPolicy());
  made.setPolicy(policy.getPolicy());
  return made;
}
