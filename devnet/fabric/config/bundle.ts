import { common, msp } from '@hyperledger/fabric-protos';
import { FabricRefusal, type ChannelBundle, type SignedData, type ValidIdentity } from '../ports.js';
import { isExpired, Msp, verifyBy, type Identity } from '../msp/msp.js';
import { MspManager } from '../msp/mspManager.js';
import { layoutsOfPolicy } from '../policy/layouts.js';
import { PolicyManager } from '../policy/policyManager.js';
import { satisfiedBy } from '../policy/signaturePolicy.js';
import { entriesOf } from '../protoMap.js';
import { ordererSettings, type OrdererSettings } from './ordererSettings.js';

const FORBIDDEN = common.Status.FORBIDDEN;

/** One configuration of a channel in force: its MSPs, policies and orderer settings. */
export class Bundle implements ChannelBundle {
  readonly sequence: number;
  readonly applicationMspIds: readonly string[];
  readonly orderer: OrdererSettings;
  readonly policies: PolicyManager;
  readonly root: common.ConfigGroup;
  private readonly msps: MspManager;

  /** @throws {Error} in Fabric's words where the configuration cannot be used */
  constructor(
    readonly channel: string,
    readonly config: common.Config,
    private readonly now: () => Date = () => new Date(),
  ) {
    const root = config.getChannelGroup();
    if (root === undefined) throw new Error('nil channel group');
    this.root = root;
    this.sequence = config.getSequence();
    const application = mspsOf(root, 'Application');
    this.applicationMspIds = application.map((member) => member.id);
    this.msps = new MspManager([...mspsOf(root, 'Orderer'), ...application]);
    this.policies = new PolicyManager('/Channel', root);
    this.orderer = ordererSettings(root);
  }

  identify(serializedIdentity: Uint8Array): ValidIdentity {
    const identity = this.msps.find(serializedIdentity);
    const denied = `access denied: channel [${this.channel}] creator org`;
    if (identity === null) throw new FabricRefusal(FORBIDDEN, `${denied} unknown, creator is malformed`);
    if (isExpired(identity, this.now())) throw new FabricRefusal(FORBIDDEN, 'proposal client identity expired');
    if (identity.fault !== null) throw new FabricRefusal(FORBIDDEN, `${denied} [${identity.mspId}]`);
    return identity;
  }

  verify(signed: SignedData): ValidIdentity {
    const identity = this.identify(signed.identity);
    if (verifyBy(identity, signed.data, signed.signature)) return identity;
    throw new FabricRefusal(FORBIDDEN, `access denied: channel [${this.channel}] creator org [${identity.mspId}]`);
  }

  evaluatePolicy(path: string, signed: readonly SignedData[]): void {
    const policy = this.policies.find(path);
    if (policy === null) throw new FabricRefusal(FORBIDDEN, `could not find policy ${path}`);
    const refusal = policy.refuse(this.signers(signed));
    if (refusal !== null) throw new FabricRefusal(FORBIDDEN, refusal);
  }

  satisfies(policy: common.SignaturePolicyEnvelope, signed: readonly SignedData[]): boolean {
    return satisfiedBy(policy, this.signers(signed));
  }

  layouts(policy: common.SignaturePolicyEnvelope): readonly (readonly string[])[] {
    return layoutsOfPolicy(policy);
  }

  layoutsOf(path: string): readonly (readonly string[])[] {
    return this.policies.find(path)?.layouts() ?? [];
  }

  /**
   * Who really signed: each identity once, without those that cannot be read and those whose signature is not theirs.
   * Expiry is not looked at, as in Fabric: what was signed stays signed.
   */
  signers(signed: readonly SignedData[]): readonly Identity[] {
    const found = new Map<string, Identity>();
    for (const { data, identity: bytes, signature } of signed) {
      const identity = this.msps.find(bytes);
      if (identity === null) continue;
      const key = `${identity.mspId}#${identity.certificate.fingerprint256}`;
      if (!found.has(key) && verifyBy(identity, data, signature)) found.set(key, identity);
    }
    return [...found.values()];
  }

  /** The identity as it is, valid or not; null where it belongs to no MSP of the channel. */
  find(serializedIdentity: Uint8Array): Identity | null {
    return this.msps.find(serializedIdentity);
  }
}

function mspsOf(root: common.ConfigGroup, section: 'Application' | 'Orderer'): readonly Msp[] {
  const group = root.getGroupsMap().get(section);
  return entriesOf(group?.getGroupsMap() ?? new common.ConfigGroup().getGroupsMap()).map(([name, organization]) => {
    const value = organization.getValuesMap().get('MSP');
    if (value === undefined) throw new Error(`organization ${name} has no MSP`);
    const config = msp.MSPConfig.deserializeBinary(value.getValue_asU8()).getConfig_asU8();
    return new Msp(msp.FabricMSPConfig.deserializeBinary(config));
  });
}

/** The configuration that a config block carries. @throws {Error} where it carries none */
export function configOf(block: common.Block): common.ConfigEnvelope {
  const [bytes] = block.getData()?.getDataList_asU8() ?? [];
  if (bytes === undefined) throw new Error('config block has no transaction');
  const payload = common.Payload.deserializeBinary(common.Envelope.deserializeBinary(bytes).getPayload_asU8());
  return common.ConfigEnvelope.deserializeBinary(payload.getData_asU8());
}

/** @throws {Error} where the block carries no usable configuration */
export function bundleOf(channel: string, block: common.Block): Bundle {
  const config = configOf(block).getConfig();
  if (config === undefined) throw new Error('config envelope has nil config');
  return new Bundle(channel, config);
}
