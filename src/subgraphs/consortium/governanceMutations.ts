import { Arg, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import type { RequestContext } from '../context.js';
import { govern, preview } from '../govern.js';
import {
  AcceptInvitationInput,
  CastVoteInput,
  ExecuteProposalInput,
  LeaveNetworkInput,
  RejectInvitationInput,
  WithdrawProposalInput,
} from '../governInputs.js';
import { ProposeInput } from '../proposeInputs.js';
import {
  InvitationPayload,
  membershipLeft,
  MembershipPayload,
  ProposalPayload,
  ProposalPreview,
  VotePayload,
} from './governancePayloads.js';

@Resolver()
export class GovernanceMutations {
  @Query(() => ProposalPreview, {
    description: 'What a proposal would change and need, and why it could not be made; nothing is written.',
  })
  async previewProposal(
    @Arg('input', () => ProposeInput) input: ProposeInput,
    @Ctx() context: RequestContext,
  ): Promise<ProposalPreview> {
    const { asking, draft } = await preview(context, input);
    return new ProposalPreview(asking.ledger, draft);
  }

  @Mutation(() => ProposalPayload)
  async propose(
    @Arg('input', () => ProposeInput) propose: ProposeInput,
    @Ctx() context: RequestContext,
  ): Promise<ProposalPayload> {
    return new ProposalPayload(await govern(context, { propose }));
  }

  @Mutation(() => VotePayload)
  async castVote(
    @Arg('input', () => CastVoteInput) castVote: CastVoteInput,
    @Ctx() context: RequestContext,
  ): Promise<VotePayload> {
    return new VotePayload(await govern(context, { castVote }));
  }

  @Mutation(() => ProposalPayload)
  async withdrawProposal(
    @Arg('input', () => WithdrawProposalInput) withdrawProposal: WithdrawProposalInput,
    @Ctx() context: RequestContext,
  ): Promise<ProposalPayload> {
    return new ProposalPayload(await govern(context, { withdrawProposal }));
  }

  @Mutation(() => ProposalPayload)
  async executeProposal(
    @Arg('input', () => ExecuteProposalInput) executeProposal: ExecuteProposalInput,
    @Ctx() context: RequestContext,
  ): Promise<ProposalPayload> {
    return new ProposalPayload(await govern(context, { executeProposal }));
  }

  @Mutation(() => InvitationPayload)
  async acceptInvitation(
    @Arg('input', () => AcceptInvitationInput) acceptInvitation: AcceptInvitationInput,
    @Ctx() context: RequestContext,
  ): Promise<InvitationPayload> {
    return new InvitationPayload(await govern(context, { acceptInvitation }));
  }

  @Mutation(() => InvitationPayload)
  async rejectInvitation(
    @Arg('input', () => RejectInvitationInput) rejectInvitation: RejectInvitationInput,
    @Ctx() context: RequestContext,
  ): Promise<InvitationPayload> {
    return new InvitationPayload(await govern(context, { rejectInvitation }));
  }

  @Mutation(() => MembershipPayload)
  async leaveNetwork(
    @Arg('input', () => LeaveNetworkInput) leaveNetwork: LeaveNetworkInput,
    @Ctx() context: RequestContext,
  ): Promise<MembershipPayload> {
    const came = await govern(context, { leaveNetwork });
    return new MembershipPayload(await membershipLeft(context, came), came);
  }
}
