import { Field, ID, InputType } from 'type-graphql';
import { BytesScalar } from './scalars.js';

// Inputs that more than one subgraph takes. They have no resolvers, so that one class serves all.

@InputType()
export class TransientEntry {
  @Field(() => String)
  name!: string;

  @Field(() => BytesScalar)
  value!: string;
}

@InputType({
  description:
    '`awaitCommit: false` answers as soon as the orderer has it. `idempotencyKey`: the same key answers with the same transaction.',
})
export class SubmitInput {
  @Field(() => ID, { nullable: true })
  as?: string | null;

  @Field(() => ID)
  channel!: string;

  @Field(() => String)
  chaincode!: string;

  @Field(() => String, { nullable: true })
  contract?: string | null;

  @Field(() => String)
  function!: string;

  @Field(() => [String], { nullable: true })
  arguments?: string[] | null;

  @Field(() => [BytesScalar], { nullable: true })
  argumentsBytes?: string[] | null;

  @Field(() => [TransientEntry], { nullable: true })
  transient?: TransientEntry[] | null;

  @Field(() => [String], { nullable: true })
  endorsingOrganizations?: string[] | null;

  @Field(() => ID, { nullable: true })
  signer?: string | null;

  @Field(() => Boolean, { nullable: true, defaultValue: true })
  awaitCommit?: boolean | null;

  @Field(() => String, { nullable: true })
  idempotencyKey?: string | null;
}
