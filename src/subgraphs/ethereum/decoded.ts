import { Field, ObjectType } from 'type-graphql';
import type * as model from '../../model/ethereum.js';
import { methodCallTypes } from '../methodCallTypes.js';

export const { DecodedValue, MethodCall } = methodCallTypes();

@ObjectType({ simpleResolvers: true })
export class DecodedEvent {
  @Field(() => String)
  signature!: string;

  @Field(() => String)
  name!: string;

  @Field(() => [DecodedValue])
  arguments!: readonly model.DecodedValue[];
}
