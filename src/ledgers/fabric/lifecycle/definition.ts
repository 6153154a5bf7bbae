import { peer } from '@hyperledger/fabric-protos';
import type { ChaincodeDefinition, EndorsementPolicy, PrivateCollection } from '../../../model/fabric.js';
import { policyTreeAt, signaturePolicyTree } from '../config/policies.js';
import { policyExpression } from '../config/signaturePolicy.js';
import type { ConfigNode } from '../config/tree.js';
import { sha256 } from '../wire/bytes.js';

/** What an approval and a commit have in common; a commit's arguments are an approval's without the package. */
export type DefinitionArguments =
  peer.lifecycle.ApproveChaincodeDefinitionForMyOrgArgs | peer.lifecycle.CommitChaincodeDefinitionArgs;

/** What peers put where an argument is left out, so that two ways of saying one definition have one digest. */
const DEFAULT_ENDORSEMENT_PLUGIN = 'escc';
const DEFAULT_VALIDATION_PLUGIN = 'vscc';
const DEFAULT_POLICY = '/Channel/Application/Endorsement';

/** A chaincode definition as the arguments give it; a policy reference is followed in the configuration in force. */
export function chaincodeDefinition(args: DefinitionArguments, config: ConfigNode | null): ChaincodeDefinition {
  const parameter = args.getValidationParameter_asU8();
  const canonical = canonicalArguments(args);
  return {
    name: args.getName(),
    version: args.getVersion(),
    sequence: args.getSequence(),
    initRequired: args.getInitRequired(),
    endorsementPolicy: endorsementPolicy(parameter.length === 0 ? defaultPolicy() : parameter, config),
    collections: args.getCollections()?.getConfigList().flatMap(privateCollection) ?? [],
    digest: sha256(canonical.serializeBinary()),
  };
}

/** `peer.lifecycle.CommitChaincodeDefinitionArgs` with the defaults written out: the canonical bytes of a definition. */
function canonicalArguments(args: DefinitionArguments): peer.lifecycle.CommitChaincodeDefinitionArgs {
  const canonical = new peer.lifecycle.CommitChaincodeDefinitionArgs();
  canonical.setSequence(args.getSequence());
  canonical.setName(args.getName());
  canonical.setVersion(args.getVersion());
  canonical.setEndorsementPlugin(args.getEndorsementPlugin() || DEFAULT_ENDORSEMENT_PLUGIN);
  canonical.setValidationPlugin(args.getValidationPlugin() || DEFAULT_VALIDATION_PLUGIN);
  const parameter = args.getValidationParameter_asU8();
  canonical.setValidationParameter(parameter.length === 0 ? defaultPolicy() : parameter);
  const collections = args.getCollections();
  if (collections !== undefined && collections.getConfigList().length > 0) canonical.setCollections(collections);
  canonical.setInitRequired(args.getInitRequired());
  return canonical;
}

function defaultPolicy(): Uint8Array {
  const policy = new peer.ApplicationPolicy();
  policy.setChannelConfigPolicyReference(DEFAULT_POLICY);
  return policy.serializeBinary();
}

function endorsementPolicy(parameter: Uint8Array, config: ConfigNode | null): EndorsementPolicy {
  try {
    const policy = peer.ApplicationPolicy.deserializeBinary(parameter);
    const signature = policy.getSignaturePolicy();
    if (signature !== undefined)
      return { expression: policyExpression(signature), reference: null, tree: signaturePolicyTree(signature) };
    const reference = policy.getChannelConfigPolicyReference();
    return { expression: null, reference, tree: config === null ? null : policyTreeAt(config, reference) };
  } catch {
    return { expression: null, reference: null, tree: null }; // A validation plugin of its own may take other bytes.
  }
}

function privateCollection(config: peer.CollectionConfig): PrivateCollection[] {
  const collection = config.getStaticCollectionConfig();
  if (collection === undefined) return [];
  const policy = collection.getMemberOrgsPolicy()?.getSignaturePolicy();
  return [
    {
      name: collection.getName(),
      policy: policy === undefined ? '' : policyExpression(policy),
      requiredPeerCount: collection.getRequiredPeerCount(),
      maxPeerCount: collection.getMaximumPeerCount(),
      blockToLive: collection.getBlockToLive(),
      memberOnlyRead: collection.getMemberOnlyRead(),
      memberOnlyWrite: collection.getMemberOnlyWrite(),
    },
  ];
}
