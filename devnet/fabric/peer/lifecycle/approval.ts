import type { Bundle } from '../../config/bundle.js';
import { peer } from '@hyperledger/fabric-protos';
import { ENDORSEMENT_POLICY } from '../validate/policies.js';
import { parametersRecord, readParameters, readSequence, sourceRecord } from './definition.js';
import type { ChaincodeDefinition, ChaincodeParameters } from './definition.js';
import { DEFINITIONS, SOURCES, equal, readField, readMetadata, writeRecord } from './serializer.js';
import type { ReadableState, WritableState } from './serializer.js';

/** Plugins and policy that a definition which names none gets. */
export function withDefaults(definition: ChaincodeDefinition, bundle: Bundle): ChaincodeDefinition {
  const validationParameter =
    definition.validationParameter.length === 0 ? channelPolicy(bundle) : definition.validationParameter;
  return {
    ...definition,
    endorsementPlugin: definition.endorsementPlugin === '' ? 'escc' : definition.endorsementPlugin,
    validationPlugin: definition.validationPlugin === '' ? 'vscc' : definition.validationPlugin,
    validationParameter,
  };
}

/**
 * Writes an organisation's approval into its own collection. Throws in Fabric's words where the sequence is neither the one in
 * force nor the next, where it differs from the one in force, or where it changes nothing.
 */
export function approve(
  definition: ChaincodeDefinition,
  packageId: string,
  publicState: ReadableState,
  ownState: WritableState,
): void {
  const { name, sequence } = definition;
  const current = readSequence(publicState, name);
  checkSequence(sequence, current);
  const approval = `${name}#${sequence}`;
  if (sequence === current) checkUnchanged(definition, publicState);
  if (isSameApproval(approval, definition, packageId, ownState)) {
    throw new Error(
      sequence === current
        ? `attempted to redefine the current committed sequence (${current}) for namespace ${name}`
        : `attempted to redefine uncommitted sequence (${sequence}) for namespace ${name} with unchanged content`,
    );
  }
  writeRecord(ownState, DEFINITIONS, approval, parametersRecord(definition));
  writeRecord(ownState, SOURCES, approval, sourceRecord(packageId));
}

function checkSequence(requested: number, current: number): void {
  if (requested === 0 && current === 0) {
    throw new Error('requested sequence is 0, but first definable sequence number is 1');
  }
  if (requested < current) {
    throw new Error(`currently defined sequence ${current} is larger than requested sequence ${requested}`);
  }
  if (requested > current + 1) {
    throw new Error(`requested sequence ${requested} is larger than the next available sequence number ${current + 1}`);
  }
}

function checkUnchanged(definition: ChaincodeDefinition, publicState: ReadableState): void {
  const { name, sequence } = definition;
  if (readMetadata(publicState, DEFINITIONS, name) === null) {
    throw new Error(`missing metadata for currently committed sequence number (${sequence})`);
  }
  readSequence(publicState, name);
  const difference = firstDifference(readParameters(publicState, name), definition);
  if (difference === null) return;
  throw new Error(
    `attempted to redefine the current committed sequence (${sequence}) for namespace ${name} with different parameters: ${difference}`,
  );
}

function isSameApproval(
  approval: string,
  definition: ChaincodeDefinition,
  packageId: string,
  ownState: ReadableState,
): boolean {
  if (readMetadata(ownState, DEFINITIONS, approval) === null) return false;
  if (firstDifference(readParameters(ownState, approval), definition) !== null) return false;
  if (readMetadata(ownState, SOURCES, approval) === null) return false;
  return readField(ownState, SOURCES, approval, 'PackageID').getString() === packageId;
}

function firstDifference(expected: ChaincodeParameters, passed: ChaincodeParameters): string | null {
  const plain = [
    ['Version', expected.version, passed.version],
    ['EndorsementPlugin', expected.endorsementPlugin, passed.endorsementPlugin],
    ['InitRequired', String(expected.initRequired), String(passed.initRequired)],
    ['ValidationPlugin', expected.validationPlugin, passed.validationPlugin],
    ['ValidationParameter', hex(expected.validationParameter), hex(passed.validationParameter)],
  ] as const;
  for (const [name, known, given] of plain) {
    if (known !== given) return `expected ${name} '${known}' does not match passed ${name} '${given}'`;
  }
  const same = equal(expected.collections.serializeBinary(), passed.collections.serializeBinary());
  return same ? null : 'Collections do not match';
}

function channelPolicy(bundle: Bundle): Uint8Array {
  if (bundle.policies.find(ENDORSEMENT_POLICY) === null) {
    throw new Error(
      `policy '${ENDORSEMENT_POLICY}' must be defined for channel '${bundle.channel}' before chaincode operations can be attempted`,
    );
  }
  const policy = new peer.ApplicationPolicy();
  policy.setChannelConfigPolicyReference(ENDORSEMENT_POLICY);
  return policy.serializeBinary();
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
