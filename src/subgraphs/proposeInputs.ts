import { Directive, Field, ID, InputType, Int } from 'type-graphql';
import { FabricConfigActionInput } from './configInputs.js';
import { ThresholdComparatorEnum } from './enums.js';
import { AddressScalar, BigIntScalar, BytesScalar, DateTimeScalar, JsonScalar } from './scalars.js';

// What may be proposed, by each mechanism. Shared by the subgraphs that take writes.

@InputType()
export class InviteMemberInput {
  @Field(() => String)
  name!: string;

  @Field(() => String)
  principal!: string;
}

@InputType()
export class VotingPolicyInput {
  @Field(() => Int)
  threshold!: number;

  @Field(() => ThresholdComparatorEnum)
  comparator!: string;

  @Field(() => Int)
  durationHours!: number;
}

@Directive('@oneOf')
@InputType()
export class ConsortiumActionInput {
  @Field(() => InviteMemberInput, { nullable: true })
  inviteMember?: InviteMemberInput | null;

  @Field(() => ID, { nullable: true })
  removeMember?: string | null;

  @Field(() => VotingPolicyInput, { nullable: true })
  changeVotingPolicy?: VotingPolicyInput | null;

  @Field(() => String, { nullable: true })
  text?: string | null;
}

@InputType()
export class ConsortiumProposalInput {
  @Field(() => ID)
  network!: string;

  @Field(() => String)
  title!: string;

  @Field(() => String, { nullable: true })
  body?: string | null;

  @Field(() => ConsortiumActionInput)
  action!: ConsortiumActionInput;

  @Field(() => ID, { nullable: true })
  as?: string | null;

  @Field(() => ID, { nullable: true })
  signer?: string | null;

  @Field(() => String, { nullable: true })
  idempotencyKey?: string | null;
}

@InputType()
export class FabricLifecycleProposalInput {
  @Field(() => ID)
  channel!: string;

  @Field(() => String)
  name!: string;

  @Field(() => String, { nullable: true })
  version?: string | null;

  @Field(() => Int, { nullable: true })
  sequence?: number | null;

  @Field(() => String, { nullable: true })
  endorsementPolicy?: string | null;

  @Field(() => String, { nullable: true })
  packageId?: string | null;

  @Field(() => JsonScalar, { nullable: true })
  collections?: unknown;

  @Field(() => Boolean, { nullable: true })
  initRequired?: boolean | null;

  @Field(() => ID, { nullable: true })
  as?: string | null;

  @Field(() => ID, { nullable: true })
  signer?: string | null;

  @Field(() => String, { nullable: true })
  idempotencyKey?: string | null;
}

@InputType()
export class FabricConfigProposalInput {
  @Field(() => ID)
  channel!: string;

  @Field(() => String)
  title!: string;

  @Field(() => String, { nullable: true })
  body?: string | null;

  @Field(() => DateTimeScalar, { nullable: true })
  closesAt?: number | null;

  @Field(() => FabricConfigActionInput)
  change!: FabricConfigActionInput;

  @Field(() => ID, { nullable: true })
  as?: string | null;

  @Field(() => ID, { nullable: true })
  signer?: string | null;

  @Field(() => String, { nullable: true })
  idempotencyKey?: string | null;
}

@InputType({ description: '`data`, or a `function` of a known ABI with its `arguments`.' })
export class EvmCallInput {
  @Field(() => AddressScalar)
  target!: string;

  @Field(() => BigIntScalar, { nullable: true, defaultValue: '0' })
  value?: string | null;

  @Field(() => BytesScalar, { nullable: true })
  data?: string | null;

  @Field(() => String, { nullable: true })
  function?: string | null;

  @Field(() => [JsonScalar], { nullable: true })
  arguments?: unknown[] | null;
}

@InputType()
export class GovernorProposalInput {
  @Field(() => ID)
  chain!: string;

  @Field(() => AddressScalar)
  governor!: string;

  @Field(() => String)
  title!: string;

  @Field(() => String, { nullable: true })
  body?: string | null;

  @Field(() => [EvmCallInput])
  calls!: EvmCallInput[];

  @Field(() => ID, { nullable: true })
  as?: string | null;

  @Field(() => ID, { nullable: true })
  signer?: string | null;

  @Field(() => String, { nullable: true })
  idempotencyKey?: string | null;
}

@InputType()
export class AmbProposalInput {
  @Field(() => ID)
  network!: string;

  @Field(() => ID)
  as!: string;

  @Field(() => String, { nullable: true })
  description?: string | null;

  @Field(() => [String], { nullable: true })
  invitations?: string[] | null;

  @Field(() => [ID], { nullable: true })
  removals?: string[] | null;

  @Field(() => String, { nullable: true })
  idempotencyKey?: string | null;
}

@Directive('@oneOf')
@InputType()
export class ProposeInput {
  @Field(() => ConsortiumProposalInput, { nullable: true })
  consortium?: ConsortiumProposalInput | null;

  @Field(() => FabricLifecycleProposalInput, { nullable: true })
  fabricLifecycle?: FabricLifecycleProposalInput | null;

  @Field(() => FabricConfigProposalInput, { nullable: true })
  fabricConfig?: FabricConfigProposalInput | null;

  @Field(() => GovernorProposalInput, { nullable: true })
  governor?: GovernorProposalInput | null;

  @Field(() => AmbProposalInput, { nullable: true })
  amb?: AmbProposalInput | null;
}
