import { Directive, Field, InterfaceType, ObjectType } from 'type-graphql';
import { enumType } from '../enums.js';
import { Node } from './types.js';

// What a signature may also bring about, as far as operations that sign ask for it.

const ProposalStatusEnum = enumType('ProposalStatus', [
  'PENDING',
  'ACTIVE',
  'APPROVED',
  'QUEUED',
  'EXECUTING',
  'EXECUTED',
  'REJECTED',
  'EXPIRED',
  'WITHDRAWN',
  'CANCELED',
  'SUPERSEDED',
  'EXECUTION_FAILED',
]);
const VoteChoiceEnum = enumType('VoteChoice', ['YES', 'NO', 'ABSTAIN']);

@InterfaceType('Proposal', { implements: Node })
export abstract class Proposal {
  @Field(() => ProposalStatusEnum)
  status!: string;
}

@Directive('@key(fields: "id", resolvable: false)')
@ObjectType({ implements: [Node], simpleResolvers: true })
export class Vote {
  id!: string;

  @Field(() => VoteChoiceEnum)
  choice!: string;

  @Field(() => Boolean)
  verified!: boolean;
}
