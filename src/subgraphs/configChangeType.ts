import { Directive, Field, ObjectType } from 'type-graphql';
import { ConfigChangeKindEnum } from './enums.js';
import { JsonScalar } from './scalars.js';

/** What one element of a channel's configuration became, as more than one subgraph shows it; each has a class of its own. */
export function configChangeType() {
  @Directive('@shareable')
  @ObjectType('ConfigChange', { simpleResolvers: true })
  class ConfigChange {
    @Field(() => String)
    path!: string;

    @Field(() => ConfigChangeKindEnum)
    kind!: string;

    @Field(() => JsonScalar, { nullable: true })
    before!: unknown;

    @Field(() => JsonScalar, { nullable: true })
    after!: unknown;
  }
  return ConfigChange;
}
