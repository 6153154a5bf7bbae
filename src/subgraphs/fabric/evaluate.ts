import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { BytesScalar, JsonScalar } from '../scalars.js';
import { TransientEntry } from '../writeInputs.js';
import { jsonOf, utf8 } from '../text.js';

@InputType()
export class EvaluateInput {
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
