import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { BytesScalar } from '../scalars.js';
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

@ObjectType({ simpleResolvers: true })
export class SendTransactionPayload {
  constructor(transaction: EthereumTransaction) {
    this.transaction = transaction;
  }

  @Field(() => EthereumTransaction)
  readonly transaction: EthereumTransaction;
}
