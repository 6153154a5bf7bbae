import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Kind, parse, print, type OperationDefinitionNode } from 'graphql';
import type * as graph from './graphTypes.js';
import { root } from './world.js';

/** The named operations of schema/operations, as a client sends them. */
export function operations(): ReadonlyMap<string, string> {
  const directory = join(root, 'schema', 'operations');
  const definitions = readdirSync(directory)
    .filter((file) => file.endsWith('.graphql'))
    .flatMap((file) => parse(readFileSync(join(directory, file), 'utf8')).definitions)
    .filter((definition): definition is OperationDefinitionNode => definition.kind === Kind.OPERATION_DEFINITION);
  return new Map(definitions.map((definition) => [definition.name?.value ?? '', print(definition)]));
}

/** What each operation takes and gives: generated from schema/ (`npm run codegen`). */
export interface Operations {
  NetworkOverview: [graph.NetworkOverviewQueryVariables, graph.NetworkOverviewQuery];
  MemberProfile: [graph.MemberProfileQueryVariables, graph.MemberProfileQuery];
  Timeline: [graph.TimelineQueryVariables, graph.TimelineQuery];
  LedgerHeads: [graph.LedgerHeadsQueryVariables, graph.LedgerHeadsQuery];
  Events: [graph.EventsQueryVariables, graph.EventsQuery];
  Search: [graph.SearchQueryVariables, graph.SearchQuery];
  Activity: [graph.ActivityQueryVariables, graph.ActivityQuery];
  Refetch: [graph.RefetchQueryVariables, graph.RefetchQuery];
  RefetchMany: [graph.RefetchManyQueryVariables, graph.RefetchManyQuery];
  ChannelDetail: [graph.ChannelDetailQueryVariables, graph.ChannelDetailQuery];
  FabricBlockDetail: [graph.FabricBlockDetailQueryVariables, graph.FabricBlockDetailQuery];
  Evaluate: [graph.EvaluateQueryVariables, graph.EvaluateQuery];
  Submit: [graph.SubmitMutationVariables, graph.SubmitMutation];
  Prepare: [graph.PrepareMutationVariables, graph.PrepareMutation];
  SubmitSignature: [graph.SubmitSignatureMutationVariables, graph.SubmitSignatureMutation];
  ChainDetail: [graph.ChainDetailQueryVariables, graph.ChainDetailQuery];
  EthereumTransactionDetail: [graph.EthereumTransactionDetailQueryVariables, graph.EthereumTransactionDetailQuery];
  AccountDetail: [graph.AccountDetailQueryVariables, graph.AccountDetailQuery];
  Send: [graph.SendMutationVariables, graph.SendMutation];
  SendRaw: [graph.SendRawMutationVariables, graph.SendRawMutation];
  Inbox: [graph.InboxQueryVariables, graph.InboxQuery];
  ProposalDetail: [graph.ProposalDetailQueryVariables, graph.ProposalDetailQuery];
  NetworkGovernance: [graph.NetworkGovernanceQueryVariables, graph.NetworkGovernanceQuery];
  Preview: [graph.PreviewQueryVariables, graph.PreviewQuery];
  Propose: [graph.ProposeMutationVariables, graph.ProposeMutation];
  CastVote: [graph.CastVoteMutationVariables, graph.CastVoteMutation];
  Withdraw: [graph.WithdrawMutationVariables, graph.WithdrawMutation];
  Execute: [graph.ExecuteMutationVariables, graph.ExecuteMutation];
  AcceptInvitation: [graph.AcceptInvitationMutationVariables, graph.AcceptInvitationMutation];
  RejectInvitation: [graph.RejectInvitationMutationVariables, graph.RejectInvitationMutation];
  Leave: [graph.LeaveMutationVariables, graph.LeaveMutation];
  Blocks: [graph.BlocksSubscriptionVariables, graph.BlocksSubscription];
  Transactions: [graph.TransactionsSubscriptionVariables, graph.TransactionsSubscription];
  LedgerEvents: [graph.LedgerEventsSubscriptionVariables, graph.LedgerEventsSubscription];
  MembershipChanges: [graph.MembershipChangesSubscriptionVariables, graph.MembershipChangesSubscription];
  ProposalChanges: [graph.ProposalChangesSubscriptionVariables, graph.ProposalChangesSubscription];
  Votes: [graph.VotesSubscriptionVariables, graph.VotesSubscription];
  NodeHealth: [graph.NodeHealthSubscriptionVariables, graph.NodeHealthSubscription];
  Nodes: [graph.NodesQueryVariables, graph.NodesQuery];
}
