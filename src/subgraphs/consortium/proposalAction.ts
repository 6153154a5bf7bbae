import { createUnionType, Ctx, Field, FieldResolver, Int, ObjectType, Resolver, Root } from 'type-graphql';
import type * as model from '../../model/governance.js';
import type { LedgerId } from '../../model/ids.js';
import { configChangeType } from '../configChangeType.js';
import { methodCallTypes } from '../methodCallTypes.js';
import { policyTypes } from '../policyTypes.js';
import type { RequestContext } from '../context.js';
import { accountId } from '../rowIds.js';
import { BigIntScalar, BytesScalar } from '../scalars.js';
import { Member } from './member.js';
import { memberBehind } from './members.js';
import { ThresholdComparatorEnum } from '../enums.js';
import { Account, Channel } from './types.js';

export const { PolicyNode, PolicyTree, EndorsementPolicy, PrivateCollection } = policyTypes();
export const { DecodedValue, MethodCall } = methodCallTypes();
export const ConfigChange = configChangeType();

@ObjectType({ simpleResolvers: true })
export class InviteMember {
  @Field(() => String, { nullable: true })
  memberName!: string | null;

  @Field(() => String)
  principal!: string;
}

@ObjectType({ simpleResolvers: true })
export class RemoveMember {
  ledger!: LedgerId;
  nativeId!: string;
}

@Resolver(() => RemoveMember)
export class RemoveMemberResolver {
  @FieldResolver(() => Member, { nullable: true })
  member(@Root() { ledger, nativeId }: RemoveMember, @Ctx() context: RequestContext): Promise<Member | null> {
    return memberBehind(context, ledger, nativeId);
  }
}

@ObjectType({ simpleResolvers: true })
export class ChangeVotingPolicy {
  @Field(() => Int)
  threshold!: number;

  @Field(() => ThresholdComparatorEnum)
  comparator!: string;

  @Field(() => Int)
  durationHours!: number;
}

@ObjectType({ simpleResolvers: true })
export class ChaincodeDefinition {
  @Field(() => Channel)
  channel!: object;

  @Field(() => String)
  name!: string;

  @Field(() => String)
  version!: string;

  @Field(() => Int)
  sequence!: number;

  @Field(() => EndorsementPolicy)
  endorsementPolicy!: object;

  @Field(() => [PrivateCollection])
  collections!: readonly object[];

  @Field(() => Boolean)
  initRequired!: boolean;
}

@ObjectType({ simpleResolvers: true })
export class ChannelConfigChange {
  @Field(() => Channel)
  channel!: object;

  @Field(() => String)
  name!: string;

  @Field(() => [ConfigChange])
  changes!: readonly object[];
}

@ObjectType({ simpleResolvers: true })
export class EvmCall {
  @Field(() => Account)
  target!: object;

  @Field(() => BigIntScalar)
  value!: string;

  @Field(() => BytesScalar)
  data!: string;

  @Field(() => MethodCall, { nullable: true })
  method!: object | null;
}

@ObjectType({ simpleResolvers: true })
export class Text {
  @Field(() => String)
  text!: string;
}

export const ProposalAction = createUnionType({
  name: 'ProposalAction',
  types: () =>
    [InviteMember, RemoveMember, ChangeVotingPolicy, ChaincodeDefinition, ChannelConfigChange, EvmCall, Text] as const,
});

const as = <T extends object>(type: new () => T, facts: object): T => Object.assign(new type(), facts);

/** An action of a proposal that a ledger records, as the graph shows it. */
export function actionOf(ledger: LedgerId, action: model.ProposalAction): object {
  switch (action.kind) {
    case 'INVITE_MEMBER':
      return as(InviteMember, action);
    case 'REMOVE_MEMBER':
      return as(RemoveMember, { ledger, nativeId: action.nativeId });
    case 'CHANGE_VOTING_POLICY':
      return as(ChangeVotingPolicy, action);
    case 'CHAINCODE_DEFINITION': {
      const { definition } = action;
      const endorsementPolicy = new EndorsementPolicy(definition.endorsementPolicy);
      return as(ChaincodeDefinition, { ...definition, endorsementPolicy, channel: new Channel(ledger) });
    }
    case 'CHANNEL_CONFIG_CHANGE':
      return as(ChannelConfigChange, { ...action, channel: new Channel(ledger) });
    case 'EVM_CALL':
      return as(EvmCall, { ...action, target: new Account(accountId(ledger, action.target)) });
    case 'TEXT':
      return as(Text, action);
  }
}

/** Every object type of actions, by its name. */
export const actionTypes = {
  ...{ InviteMember, RemoveMember, ChangeVotingPolicy, ChaincodeDefinition, ChannelConfigChange, EvmCall, Text },
  ...{ PolicyNode, PolicyTree, EndorsementPolicy, PrivateCollection, DecodedValue, MethodCall, ConfigChange },
};
