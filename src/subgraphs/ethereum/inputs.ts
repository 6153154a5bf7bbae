import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { AddressScalar, BigIntScalar, BytesScalar, JsonScalar } from '../scalars.js';
import { EthereumTransaction } from './transaction.js';

@InputType()
export class SendRawTransactionInput {
  @Field(() => ID)
  chain!: string;

  @Field(() => BytesScalar)
  rawTransaction!: string;

  @Field(() => Boolean, { nullable: true, defaultValue: true })
  awaitConfirmation?: boolean | null;
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

@ObjectType({ simpleResolvers: true })
export class SendTransactionPayload {
  constructor(transaction: EthereumTransaction) {
    this.transaction = transaction;
  }

  @Field(() => EthereumTransaction)
  readonly transaction: EthereumTransaction;
}
