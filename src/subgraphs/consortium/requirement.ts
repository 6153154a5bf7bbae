import { createUnionType, Field, Int, ObjectType } from 'type-graphql';
import type * as model from '../../model/governance.js';
import { formatId, type LedgerId } from '../../model/ids.js';
import { entityStub } from '../stubs.js';
import { BigIntScalar } from '../scalars.js';
import { ThresholdComparatorEnum } from '../enums.js';
import { PolicyTree } from './proposalAction.js';
import { Node } from './types.js';

export const Token = entityStub('Token', [Node]);

@ObjectType({
  description: "AMB's approval threshold: `threshold` percent of all members, strictly more or at least.",
  simpleResolvers: true,
})
export class ThresholdRule {
  @Field(() => Int)
  readonly threshold: number;

  @Field(() => ThresholdComparatorEnum)
  readonly comparator: string;

  @Field(() => Int)
  readonly durationHours: number;

  constructor({ threshold, comparator, durationHours }: model.VotingPolicy) {
    this.threshold = threshold;
    this.comparator = comparator;
    this.durationHours = durationHours;
  }
}

@ObjectType({ simpleResolvers: true })
export class FabricPolicyRule {
  @Field(() => String, { nullable: true })
  path!: string | null;

  @Field(() => String)
  expression!: string;

  @Field(() => PolicyTree)
  tree!: object;
}

@ObjectType({ simpleResolvers: true })
export class ByzantineQuorumRule {
  @Field(() => Int)
  nodes!: number;

  @Field(() => Int)
  quorum!: number;
}

@ObjectType({ simpleResolvers: true })
export class TokenQuorumRule {
  @Field(() => BigIntScalar)
  quorumWeight!: string;

  @Field(() => Token, { nullable: true })
  token!: object | null;

  @Field(() => String)
  countingMode!: string;
}

export const Requirement = createUnionType({
  name: 'Requirement',
  types: () => [ThresholdRule, FabricPolicyRule, ByzantineQuorumRule, TokenQuorumRule] as const,
});

export function requirementOf(ledger: LedgerId, requirement: model.Requirement): object {
  switch (requirement.kind) {
    case 'THRESHOLD':
      return new ThresholdRule(requirement);
    case 'FABRIC_POLICY':
      return Object.assign(new FabricPolicyRule(), { ...requirement, tree: new PolicyTree(requirement.tree) });
    case 'BYZANTINE_QUORUM':
      return Object.assign(new ByzantineQuorumRule(), requirement);
    case 'TOKEN_QUORUM': {
      const { token } = requirement;
      const stub = token === null ? null : new Token(formatId({ type: 'Token', ledger, key: token }));
      return Object.assign(new TokenQuorumRule(), { ...requirement, token: stub });
    }
  }
}

export const requirementTypes = { ThresholdRule, FabricPolicyRule, ByzantineQuorumRule, TokenQuorumRule, Token };
