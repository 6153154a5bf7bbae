import { Field, ID, InputType } from 'type-graphql';
import { AddressScalar, BigIntScalar, BytesScalar, JsonScalar } from './scalars.js';

// Inputs that more than one subgraph takes. They have no resolvers, so that one class serves all.

@InputType()
export class TransientEntry {
  @Field(() => String)
  name!: string;

  @Field(() => BytesScalar)
  value!: string;
}

/** What is called of a channel: part of every input that calls. */
@InputType()
export abstract class ChaincodeCall {
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
}

@InputType({
  description:
    '`awaitCommit: false` answers as soon as the orderer has it. `idempotencyKey`: the same key answers with the same transaction.',
})
export class SubmitInput extends ChaincodeCall {
  @Field(() => ID, { nullable: true })
  as?: string | null;

  @Field(() => Boolean, { nullable: true, defaultValue: true })
  awaitCommit?: boolean | null;

  @Field(() => String, { nullable: true })
  idempotencyKey?: string | null;
}

@InputType({ description: 'With `gas` given nothing is estimated: a revert then happens on chain and is data.' })
export class SendTransactionInput {
  @Field(() => ID, { nullable: true })
  as?: string | null;

  @Field(() => ID)
  chain!: string;

  @Field(() => ID, { nullable: true })
  signer?: string | null;

  @Field(() => AddressScalar, { nullable: true })
  to?: string | null;

  @Field(() => BigIntScalar, { nullable: true })
  value?: string | null;

  @Field(() => BytesScalar, { nullable: true })
  data?: string | null;

  @Field(() => String, { nullable: true })
  function?: string | null;

  @Field(() => [JsonScalar], { nullable: true })
  arguments?: unknown[] | null;

  @Field(() => BigIntScalar, { nullable: true })
  gas?: string | null;

  @Field(() => Boolean, { nullable: true, defaultValue: true })
  awaitConfirmation?: boolean | null;

  @Field(() => String, { nullable: true })
  idempotencyKey?: string | null;
}
