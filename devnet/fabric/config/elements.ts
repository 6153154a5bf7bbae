import { common, type msp } from '@hyperledger/fabric-protos';
import { anyRoleOf, type PolicyRole } from '../policy/principals.js';

/** Anything that serialises itself: a protobuf message. */
export interface Message {
  serializeBinary(): Uint8Array;
}

/** Every element of a configuration made here is changed by the admins of its own group. */
const MOD_POLICY = 'Admins';

export function emptyGroup(): common.ConfigGroup {
  const group = new common.ConfigGroup();
  group.setModPolicy(MOD_POLICY);
  return group;
}

export function setValue(group: common.ConfigGroup, name: string, message: Message): void {
  const value = new common.ConfigValue();
  value.setModPolicy(MOD_POLICY);
  value.setValue(message.serializeBinary());
  group.getValuesMap().set(name, value);
}

function setPolicy(group: common.ConfigGroup, name: string, type: number, message: Message): void {
  const policy = new common.Policy();
  policy.setType(type);
  policy.setValue(message.serializeBinary());
  const configPolicy = new common.ConfigPolicy();
  configPolicy.setModPolicy(MOD_POLICY);
  configPolicy.setPolicy(policy);
  group.getPoliciesMap().set(name, configPolicy);
}

export function setSignaturePolicy(
  group: common.ConfigGroup,
  name: string,
  policy: common.SignaturePolicyEnvelope,
): void {
  setPolicy(group, name, common.Policy.PolicyType.SIGNATURE, policy);
}

/** A policy that one member of the MSP in any of the roles meets. */
export function setRolePolicy(
  group: common.ConfigGroup,
  name: string,
  mspId: string,
  roles: readonly PolicyRole[],
): void {
  setSignaturePolicy(group, name, anyRoleOf(mspId, roles));
}

/** A policy that any (or most) of the groups below meet by their own policy of the name `subPolicy`. */
export function setImplicitPolicy(
  group: common.ConfigGroup,
  name: string,
  rule: 'ANY' | 'MAJORITY',
  subPolicy = name,
): void {
  const policy = new common.ImplicitMetaPolicy();
  policy.setRule(common.ImplicitMetaPolicy.Rule[rule]);
  policy.setSubPolicy(subPolicy);
  setPolicy(group, name, common.Policy.PolicyType.IMPLICIT_META, policy);
}

export function setCapability(group: common.ConfigGroup, capability: string): void {
  const capabilities = new common.Capabilities();
  capabilities.getCapabilitiesMap().set(capability, new common.Capability());
  setValue(group, 'Capabilities', capabilities);
}

/** The three policies that the channel, the application group and the orderer group have. */
export function setDefaultPolicies(group: common.ConfigGroup): void {
  setImplicitPolicy(group, 'Readers', 'ANY');
  setImplicitPolicy(group, 'Writers', 'ANY');
  setImplicitPolicy(group, 'Admins', 'MAJORITY');
}

export function setMsp(group: common.ConfigGroup, config: msp.MSPConfig): void {
  setValue(group, 'MSP', config);
}
