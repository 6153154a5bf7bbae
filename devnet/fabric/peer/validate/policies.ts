import { common, msp, peer } from '@hyperledger/fabric-protos';
import type { ChannelBundle, SignedData } from '../../ports.js';
import { FabricRefusal } from '../../ports.js';
import { entriesOf } from '../../protoMap.js';

export const ENDORSEMENT_POLICY = '/Channel/Application/Endorsement';
export const LIFECYCLE_POLICY = '/Channel/Application/LifecycleEndorsement';
/** The name of a key's own endorsement policy among its metadata. */
export const VALIDATION_PARAMETER = 'VALIDATION_PARAMETER';

/** Evaluates `peer.ApplicationPolicy`: a signature policy, or a reference to a policy of the channel's configuration. */
export function satisfiesApplicationPolicy(
  bundle: ChannelBundle,
  policyBytes: Uint8Array,
  signed: readonly SignedData[],
): boolean {
  const policy = peer.ApplicationPolicy.deserializeBinary(policyBytes);
  const signaturePolicy = policy.getSignaturePolicy();
  if (signaturePolicy !== undefined) return bundle.satisfies(signaturePolicy, signed);
  return satisfiesReference(bundle, policy.getChannelConfigPolicyReference(), signed);
}

export function satisfiesReference(bundle: ChannelBundle, path: string, signed: readonly SignedData[]): boolean {
  try {
    bundle.evaluatePolicy(path, signed);
    return true;
  } catch (error) {
    if (error instanceof FabricRefusal) return false;
    throw error;
  }
}

export function satisfiesKeyPolicy(
  bundle: ChannelBundle,
  policyBytes: Uint8Array,
  signed: readonly SignedData[],
): boolean {
  return bundle.satisfies(common.SignaturePolicyEnvelope.deserializeBinary(policyBytes), signed);
}

/** The name of each application organisation's group in the configuration, by MSP id. */
export function applicationGroupNames(config: common.Config): Map<string, string> {
  const groups = config.getChannelGroup()?.getGroupsMap().get('Application')?.getGroupsMap();
  return new Map((groups === undefined ? [] : entriesOf(groups)).map(([name, group]) => [mspIdOf(group), name]));
}

/** The MSP id of an organisation's group in a channel's configuration. */
export function mspIdOf(group: common.ConfigGroup): string {
  const value = group.getValuesMap().get('MSP')?.getValue_asU8() ?? new Uint8Array();
  const config = msp.MSPConfig.deserializeBinary(value).getConfig_asU8();
  return msp.FabricMSPConfig.deserializeBinary(config).getName();
}
