import { Directive, Field, ObjectType } from 'type-graphql';
import { BytesScalar, JsonScalar } from './scalars.js';

/** A decoded call as more than one subgraph shows it; each has classes of its own. */
export function methodCallTypes() {
  @Directive('@shareable')
  @ObjectType('DecodedValue', { simpleResolvers: true })
  class DecodedValue {
    @Field(() => String, { nullable: true })
    name!: string | null;

    @Field(() => String)
    type!: string;

    @Field(() => JsonScalar, { description: 'Integers as decimal strings, bytes as 0x strings.' })
    value!: unknown;
  }

  @Directive('@shareable')
  @ObjectType('MethodCall', { simpleResolvers: true })
  class MethodCall {
    @Field(() => BytesScalar)
    selector!: string;

    @Field(() => String, { nullable: true })
    signature!: string | null;

    @Field(() => String, { nullable: true })
    name!: string | null;

    @Field(() => [DecodedValue])
    arguments!: readonly DecodedValue[];
  }
  return { DecodedValue, MethodCall };
}
