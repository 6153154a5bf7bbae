import { Directive, Field, ObjectType } from 'type-graphql';
import { BytesScalar, JsonScalar } from '../scalars.js';

@Directive('@shareable')
@ObjectType({ simpleResolvers: true })
export class DecodedValue {
  @Field(() => String, { nullable: true })
  name!: string | null;

  @Field(() => String)
  type!: string;

  @Field(() => JsonScalar, { description: 'Integers as decimal strings, bytes as 0x strings.' })
  value!: unknown;
}

@Directive('@shareable')
@ObjectType({ simpleResolvers: true })
export class MethodCall {
  @Field(() => BytesScalar)
  selector!: string;

  @Field(() => String, { nullable: true })
  signature!: string | null;

  @Field(() => String, { nullable: true })
  name!: string | null;

  @Field(() => [DecodedValue])
  arguments!: readonly DecodedValue[];
}

@ObjectType({ simpleResolvers: true })
export class DecodedEvent {
  @Field(() => String)
  signature!: string;

  @Field(() => String)
  name!: string;

  @Field(() => [DecodedValue])
  arguments!: readonly DecodedValue[];
}
