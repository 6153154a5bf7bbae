import { Field, ObjectType } from 'type-graphql';
import { BytesScalar, JsonScalar } from '../scalars.js';
import { jsonOf, utf8 } from '../text.js';
import { FabricTransaction } from './transaction.js';

@ObjectType({
  description: 'What the chaincode answered when it was endorsed, and the transaction: a failed validation is data.',
  simpleResolvers: true,
})
export class SubmitPayload {
  constructor(
    private readonly submitted: FabricTransaction,
    private readonly bytes: Uint8Array | null,
  ) {}

  @Field(() => BytesScalar, { nullable: true })
  get result(): string | null {
    return this.bytes === null ? null : `0x${Buffer.from(this.bytes).toString('hex')}`;
  }

  @Field(() => String, { nullable: true })
  get resultText(): string | null {
    return this.bytes === null ? null : utf8(this.bytes);
  }

  @Field(() => JsonScalar, { nullable: true })
  get resultJson(): unknown {
    return jsonOf(this.resultText);
  }

  @Field(() => FabricTransaction)
  get transaction(): FabricTransaction {
    return this.submitted;
  }
}
