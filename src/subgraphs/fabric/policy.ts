import { Field, ObjectType } from 'type-graphql';
import { policyTypes, type PolicyNodeFacts } from '../policyTypes.js';

export const { PolicyNode, PolicyTree, EndorsementPolicy, PrivateCollection } = policyTypes();

interface PolicyFacts {
  readonly path: string;
  readonly rule: string;
  readonly tree: readonly PolicyNodeFacts[] | null;
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
  tree: object | null;

  constructor({ path, rule, tree }: PolicyFacts) {
    this.path = path;
    this.rule = rule;
    this.tree = tree === null ? null : new PolicyTree(tree);
  }
}
