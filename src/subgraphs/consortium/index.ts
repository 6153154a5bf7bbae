import 'reflect-metadata';
import { parseId } from '../../model/ids.js';
import { buildSubgraph } from '../buildSubgraph.js';
import type { RequestContext } from '../context.js';
import { networkById } from '../networks.js';
import { networkNodesOf } from '../networkNodes.js';
import { partiesOf } from '../parties.js';
import { byId } from '../reference.js';
import type { Subgraph } from '../subgraph.js';
import { Actor, ActorResolver, ErrorReport, Execution, ExecutionAttempt } from './execution.js';
import { voteOf } from '../voteIds.js';
import { governanceOf } from './governanceLoaders.js';
import { ProposalChange, ProposalChangeResolver, VoteChange, VoteChangeResolver } from './governanceChanges.js';
import { GovernanceMutations } from './governanceMutations.js';
import { payloadTypes } from './governancePayloads.js';
import { GovernanceQueries, MemberGovernance, NetworkGovernance, ViewerGovernance } from './governanceQueries.js';
import { GovernanceSubscriptions } from './governanceStreams.js';
import { Invitation, InvitationConnection, InvitationEdge, InvitationResolver } from './invitation.js';
import { Member } from './member.js';
import { MemberConnection, MemberEdge, MemberResolver } from './memberResolver.js';
import { memberByKey } from './members.js';
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
import { actionTypes, RemoveMemberResolver } from './proposalAction.js';
import { proposalById } from './proposalLookup.js';
import {
  ProposalConnection,
  ProposalEdge,
  ProposalHistoryEntry,
  ProposalHistoryResolver,
  ProposalResolver,
} from './proposalResolver.js';
import { proposalTypes } from './proposalType.js';
import { ConsortiumQueries } from './queries.js';
import { requirementTypes } from './requirement.js';
import { ConsortiumSubscriptions } from './subscriptions.js';
import { ChoiceTally, Tally, TallyResolver } from './tally.js';
import { objects } from './types.js';
import { Permission, Principal, Signer, Viewer } from './viewer.js';
import { ViewerResolver } from './viewerResolver.js';
import { Vote, VoteConnection, VoteEdge, VoteResolver } from './vote.js';

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

async function voteById(context: RequestContext, id: string): Promise<Vote | null> {
  const ref = parseId(id);
  if (ref?.type !== 'Vote') return null;
  const row = await voteOf(context.store, context.scope, ref, (place) => governanceOf(context).vote.load(place));
  return row === null ? null : new Vote(row);
}

async function invitationById(context: RequestContext, id: string): Promise<Invitation | null> {
  const ref = parseId(id);
  if (ref?.type !== 'Invitation') return null;
  const row = await governanceOf(context).invitation.load({ ledger: ref.recordedOn, nativeId: ref.key });
  return row === null ? null : new Invitation(row);
}

const references = {
  ConsortiumProposal: byId(proposalById),
  LifecycleProposal: byId(proposalById),
  ConfigUpdateProposal: byId(proposalById),
  GovernorProposal: byId(proposalById),
  AmbProposal: byId(proposalById),
  Proposal: byId(proposalById),
  Vote: byId(voteById),
  Invitation: byId(invitationById),
  Network: byId(async (context, id) => {
    const facts = await networkById(context, id);
    return facts === null ? null : new Network(facts);
  }),
  Member: byId(memberById),
  Membership: byId(membershipById),
  NetworkNode: byId(nodeById),
};

const types = {
  ...objects,
  ...{ Network, NetworkConnection, NetworkEdge },
  ...{ Member, MemberConnection, MemberEdge },
  ...{ Membership, MembershipConnection, MembershipEdge },
  ...{ NetworkNode, NetworkNodeConnection, NetworkNodeEdge, NodePosition },
  ...{ MembershipChange, NodeHealthChange },
  ...{ Viewer, Principal, Permission, Signer },
  ...{ ...proposalTypes, ...actionTypes, ...requirementTypes, ...payloadTypes },
  ...{ ProposalConnection, ProposalEdge, ProposalHistoryEntry, Tally, ChoiceTally },
  ...{ Vote, VoteConnection, VoteEdge, Invitation, InvitationConnection, InvitationEdge },
  ...{ ProposalChange, VoteChange },
  ...{ Actor, ErrorReport, Execution, ExecutionAttempt },
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
      GovernanceQueries,
      GovernanceSubscriptions,
      GovernanceMutations,
      ProposalChangeResolver,
      VoteChangeResolver,
      NetworkGovernance,
      MemberGovernance,
      ViewerGovernance,
      ProposalResolver,
      ProposalHistoryResolver,
      RemoveMemberResolver,
      TallyResolver,
      VoteResolver,
      ActorResolver,
      InvitationResolver,
    ],
    types,
    interfaces: [],
    references,
  });
}
