import 'reflect-metadata';
import { parseId } from '../../model/ids.js';
import { buildSubgraph } from '../buildSubgraph.js';
import type { RequestContext } from '../context.js';
import { networkNodesOf } from '../networkNodes.js';
import { partiesOf } from '../parties.js';
import { byId } from '../reference.js';
import type { Subgraph } from '../subgraph.js';
import { Member } from './member.js';
import { MemberConnection, MemberEdge, MemberResolver } from './memberResolver.js';
import { isOurNetwork, memberByKey } from './members.js';
import { Membership, MembershipConnection, MembershipEdge, MembershipResolver } from './membership.js';
import { MembershipChange, MembershipChangeResolver } from './membershipChange.js';
import { Network } from './network.js';
import { NodeHealthChange, NodeHealthChangeResolver } from './nodeHealthChange.js';
import {
  NetworkNode,
  NetworkNodeConnection,
  NetworkNodeEdge,
  NetworkNodeResolver,
  NodePosition,
  NodePositionResolver,
} from './networkNode.js';
import { NetworkConnection, NetworkEdge, NetworkResolver } from './networkResolver.js';
import { ConsortiumQueries } from './queries.js';
import { ConsortiumSubscriptions } from './subscriptions.js';
import { objects } from './types.js';
import { Permission, Principal, Signer, Viewer } from './viewer.js';
import { ViewerResolver } from './viewerResolver.js';

async function memberById(context: RequestContext, id: string): Promise<Member | null> {
  const ref = parseId(id);
  return ref?.type === 'Member' ? memberByKey(context, ref.key) : null;
}

async function membershipById(context: RequestContext, id: string): Promise<Membership | null> {
  const facts = (await partiesOf(context).memberships()).find((membership) => membership.id === id);
  return facts === undefined ? null : new Membership(facts);
}

async function nodeById(context: RequestContext, id: string): Promise<NetworkNode | null> {
  const facts = (await networkNodesOf(context).all()).find((node) => node.id === id);
  return facts === undefined ? null : new NetworkNode(facts);
}

const references = {
  Network: byId((context, id) => (isOurNetwork(context, id) ? new Network(context.directory.network) : null)),
  Member: byId(memberById),
  Membership: byId(membershipById),
  NetworkNode: byId(nodeById),
};

/** The parties: networks, members, their standing on ledgers, and their nodes. */
export function createConsortiumSubgraph(): Subgraph {
  return buildSubgraph({
    name: 'consortium',
    resolvers: [
      ConsortiumQueries,
      ConsortiumSubscriptions,
      MembershipChangeResolver,
      NodeHealthChangeResolver,
      ViewerResolver,
      NetworkResolver,
      MemberResolver,
      MembershipResolver,
      NetworkNodeResolver,
      NodePositionResolver,
    ],
    types: {
      ...objects,
      ...{ Network, NetworkConnection, NetworkEdge },
      ...{ Member, MemberConnection, MemberEdge },
      ...{ Membership, MembershipConnection, MembershipEdge },
      ...{ NetworkNode, NetworkNodeConnection, NetworkNodeEdge, NodePosition },
      ...{ MembershipChange, NodeHealthChange },
      ...{ Viewer, Principal, Permission, Signer },
    },
    interfaces: [],
    references,
  });
}
