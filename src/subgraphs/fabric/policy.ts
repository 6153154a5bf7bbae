import { Directive, Field, Int, ObjectType } from 'type-graphql';
import { enumType } from '../enums.js';
import { BigIntScalar } from '../scalars.js';

const PolicyNodeRuleEnum = enumType('PolicyNodeRule', ['SIGNED_BY', 'OUT_OF', 'ANY', 'ALL', 'MAJORITY']);

@Directive('@shareable')
@ObjectType({ simpleResolvers: true })
export class PolicyNode {
  @Field(() => Int)
  index!: number;

  @Field(() => Int, { nullable: true })
  parent!: number | null;

  @Field(() => PolicyNodeRuleEnum)
  rule!: string;

  @Field(() => Int, { nullable: true })
  required!: number | null;

  @Field(() => String, { nullable: true })
  mspId!: string | null;

  @Field(() => String, { nullable: true })
  role!: string | null;

  @Field(() => String, { nullable: true })
  path!: string | null;
}

@Directive('@shareable')
@ObjectType({
  description: 'An n-of-m tree over MSP roles, flat: `parent` is the index of the node above, null for the root.',
  simpleResolvers: true,
})
export class PolicyTree {
  @Field(() => [PolicyNode])
  nodes: readonly PolicyNode[];

  constructor(nodes: readonly PolicyNode[]) {
    this.nodes = nodes;
  }
}

const treeOf = (nodes: readonly PolicyNode[] | null): PolicyTree | null =>
  nodes === null ? null : new PolicyTree(nodes);

interface PolicyFacts {
  readonly path: string;
  readonly rule: string;
  readonly tree: readonly PolicyNode[] | null;
}

@ObjectType({
  description:
    "`path` as Fabric writes it: /Channel/Application/Admins. `rule`: `MAJORITY Admins`, or an expression like an endorsement policy's.",
  simpleResolvers: true,
})
export class ChannelPolicy {
  @Field(() => String)
  path: string;

  @Field(() => String)
  rule: string;

  @Field(() => PolicyTree, { nullable: true })
  tree: PolicyTree | null;

  constructor({ path, rule, tree }: PolicyFacts) {
    this.path = path;
    this.rule = rule;
    this.tree = treeOf(tree);
  }
}

interface EndorsementFacts {
  readonly expression: string | null;
  readonly reference: string | null;
  readonly tree: readonly PolicyNode[] | null;
}

@Directive('@shareable')
@ObjectType({
  description: "Either an expression (`AND('Org1MSP.peer', 'Org2MSP.peer')`) or a reference to a channel policy.",
  simpleResolvers: true,
})
export class EndorsementPolicy {
  @Field(() => String, { nullable: true })
  expression: string | null;

  @Field(() => String, { nullable: true })
  reference: string | null;

  @Field(() => PolicyTree, { nullable: true })
  tree: PolicyTree | null;

  constructor({ expression, reference, tree }: EndorsementFacts) {
    this.expression = expression;
    this.reference = reference;
    this.tree = treeOf(tree);
  }
}

@Directive('@shareable')
@ObjectType({ simpleResolvers: true })
export class PrivateCollection {
  @Field(() => String)
  name!: string;

  @Field(() => String)
  policy!: string;

  @Field(() => Int)
  requiredPeerCount!: number;

  @Field(() => Int)
  maxPeerCount!: number;

  @Field(() => BigIntScalar)
  blockToLive!: number;

  @Field(() => Boolean)
  memberOnlyRead!: boolean;

  @Field(() => Boolean)
  memberOnlyWrite!: boolean;
}
