import { common } from '@hyperledger/fabric-protos';
import { parsePolicyRule } from '../../../ledgers/fabric/configuration.js';

/** What Fabric's tools give every element as mod_policy: the Admins of its own group. */
const ADMINS = 'Admins';

export function newGroup(): common.ConfigGroup {
  const group = new common.ConfigGroup();
  group.setModPolicy(ADMINS);
  return group;
}

/** Sets a value; one that is there keeps its mod_policy. */
export function setValue(group: common.ConfigGroup, name: string, bytes: Uint8Array): void {
  const value = new common.ConfigValue();
  value.setModPolicy(group.getValuesMap().get(name)?.getModPolicy() ?? ADMINS);
  value.setValue(bytes);
  group.getValuesMap().set(name, value);
}

/** Sets a policy from its text; one that is there keeps its mod_policy. */
export function setPolicyRule(group: common.ConfigGroup, name: string, rule: string): void {
  const policy = new common.ConfigPolicy();
  policy.setModPolicy(group.getPoliciesMap().get(name)?.getModPolicy() ?? ADMINS);
  policy.setPolicy(parsePolicyRule(rule));
  group.getPoliciesMap().set(name, policy);
}

/** The bytes of a value; empty, which is every message's default, where there is none. */
export const valueOf = (group: common.ConfigGroup, name: string): Uint8Array =>
  group.getValuesMap().get(name)?.getValue_asU8() ?? new Uint8Array();
