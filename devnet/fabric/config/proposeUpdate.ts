import { common } from '@hyperledger/fabric-protos';
import type { SignedData } from '../ports.js';
import type { PolicyManager } from '../policy/policyManager.js';
import type { Bundle } from './bundle.js';
import { configMap, configTree, nameFault, type Element } from './configMap.js';
import { configUpdateSignedData, openEnvelope } from './signedData.js';

type Elements = ReadonlyMap<string, Element>;

/**
 * Judges a CONFIG_UPDATE envelope against the configuration in force and applies it: the read set must name current
 * versions, every changed element must be at its next version and its mod_policy be met by the signatures.
 * @returns the next configuration, with the envelope as its last update
 * @throws {Error} in Fabric's words where the update is not authorised or does not apply
 */
export function proposeConfigUpdate(bundle: Bundle, envelope: common.Envelope): common.ConfigEnvelope {
  const update = readUpdate(envelope);
  const elements = within('error authorizing update', () => authorize(bundle, update));
  const root = within('could not turn configMap back to channelGroup', () => configTree(elements));
  const config = new common.Config();
  config.setSequence(bundle.sequence + 1);
  config.setChannelGroup(root);
  const next = new common.ConfigEnvelope();
  next.setConfig(config);
  next.setLastUpdate(envelope);
  return next;
}

function readUpdate(envelope: common.Envelope): common.ConfigUpdateEnvelope {
  return within('error converting envelope to config update', () => {
    const { channelHeader, data } = openEnvelope(envelope);
    if (channelHeader.getType() !== common.HeaderType.CONFIG_UPDATE) {
      throw new Error(`not a tx of type ${common.HeaderType.CONFIG_UPDATE}`);
    }
    return common.ConfigUpdateEnvelope.deserializeBinary(data);
  });
}

function authorize(bundle: Bundle, envelope: common.ConfigUpdateEnvelope): Elements {
  const update = common.ConfigUpdate.deserializeBinary(envelope.getConfigUpdate_asU8());
  if (update.getChannelId() !== bundle.channel) {
    throw new Error(`ConfigUpdate for channel '${update.getChannelId()}' but envelope for channel '${bundle.channel}'`);
  }
  const current = configMap(bundle.root);
  const readSet = within('error mapping ReadSet', () => configMap(update.getReadSet()));
  within('error validating ReadSet', () => verifyReadSet(current, readSet));
  const writeSet = within('error mapping WriteSet', () => configMap(update.getWriteSet()));
  const delta = deltaOf(readSet, writeSet);
  within('error validating DeltaSet', () => verifyDelta(bundle, current, delta, configUpdateSignedData(envelope)));
  const result = new Map([...current, ...delta]);
  const absent = [...writeSet.keys()].find((key) => !result.has(key));
  if (absent !== undefined) {
    throw new Error(
      `full config did not verify: writeset contained key ${absent} which did not appear in proposed config`,
    );
  }
  return result;
}

function verifyReadSet(current: Elements, readSet: Elements): void {
  for (const [key, element] of readSet) {
    const existing = current.get(key);
    if (existing === undefined) {
      throw new Error(`existing config does not contain element for ${key} but was in the read set`);
    }
    const [wanted, actual] = [element.message.getVersion(), existing.message.getVersion()];
    if (wanted !== actual) {
      throw new Error(
        `proposed update requires that key ${key} be at version ${wanted}, but it is currently at version ${actual}`,
      );
    }
  }
}

/** Elements of the write set that the read set does not name at the same version. */
function deltaOf(readSet: Elements, writeSet: Elements): Elements {
  return new Map(
    [...writeSet].filter(([key, element]) => readSet.get(key)?.message.getVersion() !== element.message.getVersion()),
  );
}

function verifyDelta(bundle: Bundle, current: Elements, delta: Elements, signed: readonly SignedData[]): void {
  if (delta.size === 0) throw new Error('delta set was empty -- update would have no effect');
  const signers = bundle.signers(signed);
  for (const [key, element] of delta) {
    within(`invalid mod_policy for element ${key}`, () => checkModPolicy(element.message.getModPolicy()));
    const existing = current.get(key);
    checkVersion(key, element, existing);
    if (existing === undefined) continue;
    const policy = policyFor(bundle.policies, existing);
    if (policy === null) {
      throw new Error(`unexpected missing policy ${existing.message.getModPolicy()} for item ${key}`);
    }
    const refusal = policy.refuse(signers);
    if (refusal !== null) throw new Error(`policy for ${key} not satisfied: ${refusal}`);
  }
}

function checkVersion(key: string, element: Element, existing: Element | undefined): void {
  const version = element.message.getVersion();
  if (existing === undefined) {
    if (version === 0) return;
    throw new Error(`attempted to set key ${key} to version ${version}, but key does not exist`);
  }
  const current = existing.message.getVersion();
  if (version !== current + 1) {
    throw new Error(`attempt to set key ${key} to version ${version}, but key is at version ${current}`);
  }
}

function checkModPolicy(modPolicy: string): void {
  if (modPolicy === '') throw new Error('mod_policy not set');
  const parts = (modPolicy.startsWith('/') ? modPolicy.slice(1) : modPolicy).split('/');
  for (const [index, part] of parts.entries()) {
    const fault = nameFault(part);
    if (fault !== null) throw new Error(`path element at ${index} is invalid: ${fault}`);
  }
}

/** A relative mod_policy is looked for in the group that holds the element, for a group in itself. */
function policyFor(policies: PolicyManager, element: Element): ReturnType<PolicyManager['find']> {
  const modPolicy = element.message.getModPolicy();
  if (modPolicy.startsWith('/') || element.path.length === 0) return policies.find(modPolicy);
  const path = element.path.slice(1);
  return policies.group(element.kind === 'Group' ? [...path, element.name] : path)?.find(modPolicy) ?? null;
}

/** Runs a step; what it throws gets the step's name in front, as Fabric wraps its errors. */
export function within<T>(step: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw new Error(`${step}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
