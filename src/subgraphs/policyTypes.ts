import { Directive, Field, Int, ObjectType } from 'type-graphql';
import { enumType } from './enums.js';
import { BigIntScalar } from './scalars.js';

const PolicyNodeRuleEnum = enumType('PolicyNodeRule', ['SIGNED_BY', 'OUT_OF', 'ANY', 'ALL', 'MAJORITY']);

/** A node as the graph shows it. */
export interface PolicyNodeFacts {
  readonly index: number;
  readonly parent: number | null;
  readonly rule: string;
  readonly required: number | null;
  readonly mspId: string | null;
  readonly role: string | null;
  readonly path: string | null;
}

function policyTreeType() {
  @Directive('@shareable')
  @ObjectType('PolicyNode', { simpleResolvers: true })
  class PolicyNode implements PolicyNodeFacts {
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
  @ObjectType('PolicyTree', {
    description: 'An n-of-m tree over MSP roles, flat: `parent` is the index of the node above, null for the root.',
    simpleResolvers: true,
  })
  class PolicyTree {
    @Field(() => [PolicyNode])
    nodes: readonly PolicyNodeFacts[];

    constructor(nodes: readonly PolicyNodeFacts[]) {
      this.nodes = nodes;
    }
  }
  return { PolicyNode, PolicyTree };
}

export interface EndorsementFacts {
  readonly expression: string | null;
  readonly reference: string | null;
  readonly tree: readonly PolicyNodeFacts[] | null;
}

/** Policies and collections as more than one subgraph shows them; each has classes of its own. */
export function policyTypes() {
  const { PolicyNode, PolicyTree } = policyTreeType();

  @Directive('@shareable')
  @ObjectType('EndorsementPolicy', {
    description: "Either an expression (`AND('Org1MSP.peer', 'Org2MSP.peer')`) or a reference to a channel policy.",
    simpleResolvers: true,
  })
  class EndorsementPolicy {
    @Field(() => String, { nullable: true })
    expression: string | null;

    @Field(() => String, { nullable: true })
    reference: string | null;

    @Field(() => PolicyTree, { nullable: true })
    tree: object | null;

    constructor({ expression, reference, tree }: EndorsementFacts) {
      this.expression = expression;
      this.reference = reference;
      this.tree = tree === null ? null : new PolicyTree(tree);
    }
  }
  return { PolicyNode, PolicyTree, EndorsementPolicy, PrivateCollection: privateCollectionType() };
}

function privateCollectionType() {
  @Directive('@shareable')
  @ObjectType('PrivateCollection', { simpleResolvers: true })
  class PrivateCollection {
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
  return PrivateCollection;
}
