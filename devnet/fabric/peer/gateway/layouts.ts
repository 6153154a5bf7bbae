import { peer } from '@hyperledger/fabric-protos';
import { combine } from '../../policy/layouts.js';
import type { Layout } from '../../policy/layouts.js';
import type { ChannelView } from '../channelView.js';
import { keepsCollection } from '../lifecycle/collections.js';
import { LIFECYCLE, staticCollection } from '../lifecycle/definition.js';
import type { ChaincodeDefinition } from '../lifecycle/definition.js';
import { definitionIn } from '../lifecycle/lifecycleState.js';
import type { PeerNode } from '../node.js';
import { LIFECYCLE_POLICY } from '../validate/policies.js';

/**
 * The sets of organisations whose endorsements would do for an interest, of those that are there and can run it: by the policies
 * of the chaincodes, their collections and the keys they write. Throws in Fabric's words where there is none.
 */
export function endorsementLayouts(
  view: ChannelView,
  interest: peer.ChaincodeInterest,
  peers: readonly PeerNode[],
): readonly Layout[] {
  const calls = interest.getChaincodesList();
  const policies = calls.flatMap((call) => policiesOf(view, call));
  if (policies.length === 0) throw new Error('no principal sets remained after filtering');
  const authorized = peers.filter(({ mspId }) => calls.every((call) => isAuthorized(view, call, mspId)));
  const layouts = within(combine(policies.length, policies), authorized);
  if (layouts.length === 0) throw new Error('no peer combination can satisfy the endorsement policy');
  const able = authorized.filter((node) =>
    calls.every((call) => node.runnableVersion(view.name, call.getName()) !== null),
  );
  const possible = within(layouts, able);
  if (possible.length === 0) throw new Error('required chaincodes are not installed on sufficient peers');
  return possible;
}

const within = (layouts: readonly Layout[], peers: readonly PeerNode[]): Layout[] =>
  layouts.filter((layout) => layout.every((mspId) => peers.some((node) => node.mspId === mspId)));

/** Each policy that the call must meet, as the sets of organisations that could. */
function policiesOf(view: ChannelView, call: peer.ChaincodeCall): (readonly Layout[])[] {
  const name = call.getName();
  const definition = definitionOf(view, name);
  const own =
    definition === null
      ? view.bundle.layoutsOf(LIFECYCLE_POLICY)
      : applicationPolicy(view, definition.validationParameter);
  const collections = call.getCollectionNamesList().flatMap((collection) => {
    const policy = definition === null ? null : staticCollection(definition, collection)?.getEndorsementPolicy();
    return policy == null ? [] : [applicationPolicy(view, policy.serializeBinary())];
  });
  const keys = call.getKeyPoliciesList().map((policy) => view.bundle.layouts(policy));
  return [...(call.getDisregardNamespacePolicy() ? [] : [own]), ...collections, ...keys];
}

function applicationPolicy(view: ChannelView, bytes: Uint8Array): readonly Layout[] {
  const policy = peer.ApplicationPolicy.deserializeBinary(bytes);
  const signature = policy.getSignaturePolicy();
  if (signature !== undefined) return view.bundle.layouts(signature);
  return view.bundle.layoutsOf(policy.getChannelConfigPolicyReference());
}

/** Peers that would have to read private data must keep it. */
function isAuthorized(view: ChannelView, call: peer.ChaincodeCall, mspId: string): boolean {
  if (call.getNoPrivateReads()) return true;
  const definition = definitionOf(view, call.getName());
  return call.getCollectionNamesList().every((collection) => keepsCollection(definition, collection, mspId));
}

/** Null for lifecycle, which has no definition. */
function definitionOf(view: ChannelView, name: string): ChaincodeDefinition | null {
  if (name === LIFECYCLE) return null;
  const definition = definitionIn(view.state, name);
  if (definition === null) throw new Error(`No metadata was found for chaincode ${name} in channel ${view.name}`);
  return definition;
}
