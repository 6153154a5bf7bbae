import { Directive, Field, ID, InputType } from 'type-graphql';
import { AddressScalar } from '../scalars.js';
import { MembershipRoleEnum, MembershipStatusEnum, MemberStatusEnum } from './enums.js';

@InputType()
export class MspIdBy {
  @Field(() => ID, { nullable: true })
  channel?: string | null;

  @Field(() => String)
  mspId!: string;
}

@InputType()
export class AccountBy {
  @Field(() => ID)
  chain!: string;

  @Field(() => AddressScalar)
  address!: string;
}

@Directive('@oneOf')
@InputType()
export class MemberBy {
  @Field(() => ID, { nullable: true })
  id?: string | null;

  @Field(() => MspIdBy, { nullable: true })
  mspId?: MspIdBy | null;

  @Field(() => AccountBy, { nullable: true })
  address?: AccountBy | null;

  @Field(() => String, { nullable: true })
  name?: string | null;
}

@InputType()
export class MemberFilter {
  @Field(() => ID, { nullable: true })
  network?: string | null;

  @Field(() => [MemberStatusEnum], { nullable: true })
  status?: string[] | null;

  @Field(() => String, { nullable: true })
  nameContains?: string | null;
}

@InputType()
export class MembershipFilter {
  @Field(() => [MembershipStatusEnum], { nullable: true })
  status?: string[] | null;

  @Field(() => [MembershipRoleEnum], { nullable: true })
  role?: string[] | null;

  @Field(() => ID, { nullable: true })
  ledger?: string | null;
}
