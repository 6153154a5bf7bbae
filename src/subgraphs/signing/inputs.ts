import { Directive, Field, ID, InputType } from 'type-graphql';
import { AddressScalar, BytesScalar } from '../scalars.js';
import { SendTransactionInput, SubmitInput } from '../writeInputs.js';

@InputType()
export class FabricIdentityInput {
  @Field(() => String)
  mspId!: string;

  @Field(() => String, { description: 'PEM.' })
  certificate!: string;
}

@Directive('@oneOf')
@InputType({ description: 'Who signs.' })
export class SigningIdentityInput {
  @Field(() => FabricIdentityInput, { nullable: true })
  fabric?: FabricIdentityInput | null;

  @Field(() => AddressScalar, { nullable: true })
  address?: string | null;
}

@Directive('@oneOf')
@InputType()
export class WriteInput {
  @Field(() => SubmitInput, { nullable: true })
  submit?: SubmitInput | null;

  @Field(() => SendTransactionInput, { nullable: true })
  sendTransaction?: SendTransactionInput | null;
}

@InputType()
export class PrepareInput {
  @Field(() => SigningIdentityInput)
  identity!: SigningIdentityInput;

  @Field(() => WriteInput)
  write!: WriteInput;
}

@InputType({
  description:
    'ECDSA: DER or IEEE P1363, high or low S (it is normalised before it is used). Ethereum transactions: the signed raw transaction.',
})
export class SubmitSignatureInput {
  @Field(() => ID)
  request!: string;

  @Field(() => BytesScalar)
  signature!: string;
}
