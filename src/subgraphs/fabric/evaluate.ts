import { Field, InputType, ObjectType } from 'type-graphql';
import { BytesScalar, JsonScalar } from '../scalars.js';
import { ChaincodeCall } from '../writeInputs.js';
import { jsonOf, utf8 } from '../text.js';

@InputType()
export class EvaluateInput extends ChaincodeCall {}

@ObjectType({ simpleResolvers: true })
export class EvaluateResult {
  constructor(private readonly bytes: Uint8Array) {}

  @Field(() => BytesScalar)
  get result(): string {
    return `0x${Buffer.from(this.bytes).toString('hex')}`;
  }

  @Field(() => String, { nullable: true })
  get resultText(): string | null {
    return utf8(this.bytes);
  }

  @Field(() => JsonScalar, { nullable: true })
  get resultJson(): unknown {
    return jsonOf(this.resultText);
  }
}
