import { peer } from '@hyperledger/fabric-protos';
import { parsePolicy } from '../policy/dsl.js';
import type { ChaincodeService } from '../chaincodePackage.js';

/** A private data collection, in the words of Fabric's collection configuration. */
export interface CollectionOptions {
  readonly name: string;
  /** Signature policy expression: the members. */
  readonly policy: string;
  readonly requiredPeerCount?: number;
  readonly maxPeerCount?: number;
  /** Blocks that the data is kept; 0 (and absent) for ever. */
  readonly blockToLive?: number;
  readonly memberOnlyRead?: boolean;
  readonly memberOnlyWrite?: boolean;
  /** Signature policy expression; absent: the chaincode's. */
  readonly endorsementPolicy?: string;
}

export interface DeployOptions {
  readonly channel: string;
  readonly name: string;
  readonly version: string;
  /** Default: the name, `_` and the version. */
  readonly label?: string;
  readonly service: ChaincodeService;
  /** Signature policy expression as in `AND('HarvestMSP.peer', 'MeridianMSP.peer')`; absent: the channel's own policy. */
  readonly endorsementPolicy?: string;
  readonly collections?: readonly CollectionOptions[];
  readonly initRequired?: boolean;
}

/** What approve, commit and check have in common. */
interface DefinitionMessage {
  setName(value: string): void;
  setVersion(value: string): void;
  setSequence(value: number): void;
  setEndorsementPlugin(value: string): void;
  setValidationPlugin(value: string): void;
  setValidationParameter(value: Uint8Array): void;
  setInitRequired(value: boolean): void;
  setCollections(value?: peer.CollectionConfigPackage): void;
}

/** Fills a lifecycle message; the same options always give the same bytes, as all organisations must approve the same. */
export function defined<T extends DefinitionMessage>(message: T, options: DeployOptions, sequence: number): T {
  message.setName(options.name);
  message.setVersion(options.version);
  message.setSequence(sequence);
  message.setEndorsementPlugin('escc');
  message.setValidationPlugin('vscc');
  message.setValidationParameter(policyOf(options.endorsementPolicy).serializeBinary());
  message.setInitRequired(options.initRequired ?? false);
  const collections = options.collections ?? [];
  if (collections.length > 0) message.setCollections(collectionsOf(collections));
  return message;
}

function policyOf(expression: string | undefined): peer.ApplicationPolicy {
  const policy = new peer.ApplicationPolicy();
  if (expression === undefined) policy.setChannelConfigPolicyReference('/Channel/Application/Endorsement');
  else policy.setSignaturePolicy(parsePolicy(expression));
  return policy;
}

function collectionsOf(collections: readonly CollectionOptions[]): peer.CollectionConfigPackage {
  const message = new peer.CollectionConfigPackage();
  message.setConfigList(
    collections.map((options) => {
      const config = new peer.CollectionConfig();
      config.setStaticCollectionConfig(collectionOf(options));
      return config;
    }),
  );
  return message;
}

function collectionOf(options: CollectionOptions): peer.StaticCollectionConfig {
  const members = new peer.CollectionPolicyConfig();
  members.setSignaturePolicy(parsePolicy(options.policy));
  const config = new peer.StaticCollectionConfig();
  config.setName(options.name);
  config.setMemberOrgsPolicy(members);
  config.setRequiredPeerCount(options.requiredPeerCount ?? 0);
  config.setMaximumPeerCount(options.maxPeerCount ?? 1);
  config.setBlockToLive(options.blockToLive ?? 0);
  config.setMemberOnlyRead(options.memberOnlyRead ?? false);
  config.setMemberOnlyWrite(options.memberOnlyWrite ?? false);
  if (options.endorsementPolicy !== undefined) config.setEndorsementPolicy(policyOf(options.endorsementPolicy));
  return config;
}
