import { Field, ID, InputType } from 'type-graphql';
import type { Mechanism, ProposalStatus } from '../../model/governance.js';
import { OrderDirectionEnum, ProposalStatusEnum } from '../enums.js';
import { MechanismEnum, ProposalOrderFieldEnum } from './proposalEnums.js';

@InputType()
export class ProposalFilter {
  @Field(() => ID, { nullable: true })
  network?: string | null;

  @Field(() => [MechanismEnum], { nullable: true })
  mechanism?: Mechanism[] | null;

  @Field(() => [ProposalStatusEnum], { nullable: true })
  status?: ProposalStatus[] | null;

  @Field(() => ID, { nullable: true })
  proposer?: string | null;

  @Field(() => ID, { nullable: true, description: 'Open ones on which this member has not voted yet.' })
  awaiting?: string | null;

  @Field(() => ID, { nullable: true })
  ledger?: string | null;
}

@InputType()
export class ProposalOrder {
  @Field(() => ProposalOrderFieldEnum)
  field!: 'CREATED' | 'CLOSES';

  @Field(() => OrderDirectionEnum)
  direction!: 'ASC' | 'DESC';
}
