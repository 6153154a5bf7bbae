import { common } from '@hyperledger/fabric-protos';

/** One group of a channel's configuration, as plain maps in the order of their keys. */
export interface ConfigNode {
  readonly modPolicy: string;
  readonly groups: ReadonlyMap<string, ConfigNode>;
  readonly values: ReadonlyMap<string, { readonly bytes: Uint8Array; readonly modPolicy: string }>;
  readonly policies: ReadonlyMap<string, { readonly policy: common.Policy; readonly modPolicy: string }>;
}

/** Channel, group, organisation: Fabric has three levels; anything much deeper is no channel's configuration. */
const MAX_DEPTH = 10;

export const EMPTY_NODE: ConfigNode = { modPolicy: '', groups: new Map(), values: new Map(), policies: new Map() };

/** Throws RangeError where the groups nest too deep. */
export function configNode(group: common.ConfigGroup, depth = 0): ConfigNode {
  if (depth > MAX_DEPTH) throw new RangeError(`Groups of a configuration nest deeper than ${MAX_DEPTH}`);
  return {
    modPolicy: group.getModPolicy(),
    groups: sorted(group.getGroupsMap(), (g) => configNode(g, depth + 1)),
    values: sorted(group.getValuesMap(), (v) => ({ bytes: v.getValue_asU8(), modPolicy: v.getModPolicy() })),
    policies: sorted(group.getPoliciesMap(), (p) => ({
      policy: p.getPolicy() ?? new common.Policy(),
      modPolicy: p.getModPolicy(),
    })),
  };
}

/** What this needs of google-protobuf's Map. */
interface ProtoMap<T> {
  forEach(visit: (value: T, key: string) => void): void;
}

function sorted<T, R>(map: ProtoMap<T>, read: (value: T) => R): Map<string, R> {
  const entries: [string, R][] = [];
  map.forEach((value, key) => entries.push([key, read(value)]));
  return new Map(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The group at a path of names below this one. */
export function groupAt(node: ConfigNode, ...names: readonly string[]): ConfigNode | null {
  return names.reduce<ConfigNode | null>((at, name) => at?.groups.get(name) ?? null, node);
}

/** A value's bytes; empty, which is every message's default, where the group has no such value. */
export const bytesOf = (node: ConfigNode, name: string): Uint8Array =>
  node.values.get(name)?.bytes ?? new Uint8Array(0);
