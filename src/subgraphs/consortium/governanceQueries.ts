import { Arg, Args, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { ForwardArgs, PageArgs } from '../connections.js';
import type { RequestContext } from '../context.js';
import { listPage } from '../listPage.js';
import { loadersOf } from '../loaders.js';
import { decidesOn } from '../networks.js';
import { partiesOf } from '../parties.js';
import { governanceOf } from './governanceLoaders.js';
import { Invitation, InvitationConnection } from './invitation.js';
import { Member } from './member.js';
import { Network } from './network.js';
import { ProposalFilter, ProposalOrder } from './proposalInputs.js';
import { proposalPage } from './proposalLists.js';
import { movedProposal, proposalById } from './proposalLookup.js';
import { ProposalConnection } from './proposalResolver.js';
import { Proposal } from './proposalType.js';
import { ThresholdRule } from './requirement.js';
import { Viewer } from './viewer.js';
import { VoteConnection } from './vote.js';
import { votesByParties } from './voteLists.js';

@Resolver()
export class GovernanceQueries {
  @Query(() => Proposal, { nullable: true })
  async proposal(@Arg('id', () => ID) id: string, @Ctx() context: RequestContext): Promise<Proposal | null> {
    return (await proposalById(context, id)) ?? movedProposal(context, id);
  }

  @Query(() => ProposalConnection)
  async proposals(
    @Args(() => PageArgs) args: PageArgs,
    @Arg('filter', () => ProposalFilter, { nullable: true }) filter: ProposalFilter | null | undefined,
    @Arg('orderBy', () => ProposalOrder, { nullable: true }) order: ProposalOrder | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<object> {
    return new ProposalConnection(await proposalPage(context, { kind: 'proposals', filter, order, args }));
  }
}

@Resolver(() => Network)
export class NetworkGovernance {
  @FieldResolver(() => ThresholdRule, { nullable: true })
  async votingPolicy(@Root() { id }: Network, @Ctx() context: RequestContext): Promise<ThresholdRule | null> {
    const consortium = (await loadersOf(context).consortia()).find(({ ledger }) => decidesOn(context, id)(ledger));
    return consortium === undefined ? null : new ThresholdRule(consortium.state.policy);
  }

  @FieldResolver(() => InvitationConnection)
  invitations(
    @Root() { id }: Network,
    @Args(() => ForwardArgs) args: ForwardArgs,
    @Ctx() context: RequestContext,
  ): Promise<object> {
    return invitationsPage(context, args, id);
  }

  @FieldResolver(() => ProposalConnection)
  async proposals(
    @Root() { id }: Network,
    @Args(() => ForwardArgs) args: ForwardArgs,
    @Arg('filter', () => ProposalFilter, { nullable: true }) filter: ProposalFilter | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<object> {
    const list = { kind: 'network.proposals', filter, args, within: id };
    return new ProposalConnection(await proposalPage(context, list));
  }
}

@Resolver(() => Member)
export class MemberGovernance {
  @FieldResolver(() => ProposalConnection)
  async proposals(
    @Root() { facts }: Member,
    @Args(() => ForwardArgs) args: ForwardArgs,
    @Arg('filter', () => ProposalFilter, { nullable: true }) filter: ProposalFilter | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<object> {
    const criteria = { proposers: partiesOf(context).refsOf(facts) };
    return new ProposalConnection(await proposalPage(context, { kind: 'member.proposals', filter, args, criteria }));
  }

  @FieldResolver(() => VoteConnection)
  async votes(
    @Root() { facts }: Member,
    @Args(() => ForwardArgs) args: ForwardArgs,
    @Ctx() context: RequestContext,
  ): Promise<object> {
    return new VoteConnection(await votesByParties(context, partiesOf(context).refsOf(facts), args));
  }
}

@Resolver(() => Viewer)
export class ViewerGovernance {
  @FieldResolver(() => ProposalConnection, {
    description:
      "Open proposals, in every mechanism, that wait for the caller's organisation; the one that closes first is first.",
  })
  async inbox(@Args(() => ForwardArgs) args: ForwardArgs, @Ctx() context: RequestContext): Promise<object> {
    const criteria = { awaiting: await governanceOf(context).viewerParties() };
    const order = { field: 'CLOSES', direction: 'ASC' } as const;
    const list = { kind: 'inbox', filter: null, order, args, criteria, counted: true };
    return new ProposalConnection(await proposalPage(context, list));
  }

  @FieldResolver(() => InvitationConnection)
  invitations(@Args(() => ForwardArgs) args: ForwardArgs, @Ctx() context: RequestContext): Promise<object> {
    return invitationsPage(context, args);
  }
}

/** The newest first. */
async function invitationsPage(
  context: RequestContext,
  args: ForwardArgs,
  network: string | null = null,
): Promise<object> {
  const isWithin = decidesOn(context, network);
  const rows = (await governanceOf(context).invitations()).filter(({ ledger }) => isWithin(ledger));
  const items = rows.map((row) => ({ key: keyOf(row.state.createdMs, row), value: new Invitation(row) }));
  return new InvitationConnection(listPage(context, items, { kind: 'invitations', bound: network, args }));
}

const LATEST_MS = 8.64e15;
const keyOf = (createdMs: number, { ledger, state }: Invitation['row']): string =>
  `${String(LATEST_MS - createdMs).padStart(16, '0')} ${ledger} ${state.nativeId}`;
