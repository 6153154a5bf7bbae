import { Field, ID, InputType } from 'type-graphql';
import type { VoteChoice } from '../model/governance.js';
import { OrganizationInput } from './configInputs.js';
import { VoteChoiceEnum } from './enums.js';
import { AddressScalar } from './scalars.js';

// What is done to proposals, invitations and networks. Shared by the subgraphs that take writes.

@InputType()
export class CastVoteInput {
  @Field(() => ID)
  proposal!: string;

  @Field(() => VoteChoiceEnum)
  choice!: VoteChoice;

  @Field(() => String, { nullable: true })
  reason?: string | null;

  @Field(() => ID, { nullable: true })
  as?: string | null;

  @Field(() => ID, { nullable: true })
  signer?: string | null;

  @Field(() => String, { nullable: true })
  idempotencyKey?: string | null;
}

@InputType()
export class WithdrawProposalInput {
  @Field(() => ID)
  proposal!: string;

  @Field(() => ID, { nullable: true })
  as?: string | null;

  @Field(() => ID, { nullable: true })
  signer?: string | null;
}

@InputType()
export class ExecuteProposalInput {
  @Field(() => ID)
  proposal!: string;

  @Field(() => ID, { nullable: true })
  as?: string | null;

  @Field(() => ID, { nullable: true })
  signer?: string | null;
}

@InputType()
export class AccountInput {
  @Field(() => ID)
  chain!: string;

  @Field(() => AddressScalar)
  address!: string;
}

@InputType({
  description:
    '`organization`: who the invited party is on the ledgers; signed by it, carried by any member’s transaction, checked against the invitation’s principal.',
})
export class AcceptInvitationInput {
  @Field(() => ID)
  invitation!: string;

  @Field(() => String, { nullable: true })
  name?: string | null;

  @Field(() => OrganizationInput, { nullable: true })
  organization?: OrganizationInput | null;

  @Field(() => [AccountInput], { nullable: true })
  accounts?: AccountInput[] | null;

  @Field(() => ID, { nullable: true })
  signer?: string | null;
}

@InputType()
export class RejectInvitationInput {
  @Field(() => ID)
  invitation!: string;

  @Field(() => ID, { nullable: true })
  signer?: string | null;
}

@InputType()
export class LeaveNetworkInput {
  @Field(() => ID)
  network!: string;

  @Field(() => ID)
  as!: string;

  @Field(() => ID, { nullable: true })
  signer?: string | null;
}
