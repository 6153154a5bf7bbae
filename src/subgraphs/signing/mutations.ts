import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { RequestContext } from '../context.js';
import { PrepareInput, SubmitSignatureInput } from './inputs.js';
import { SubmitSignaturePayload } from './payload.js';
import { SigningRequest } from './request.js';
import { prepare, submitSignature } from './signing.js';

@Resolver()
export class SigningMutations {
  @Mutation(() => SigningRequest, {
    description: 'What is to be signed elsewhere, so that the key never enters Parley.',
  })
  prepare(
    @Arg('input', () => PrepareInput) input: PrepareInput,
    @Ctx() context: RequestContext,
  ): Promise<SigningRequest> {
    return prepare(context, input);
  }

  @Mutation(() => SubmitSignaturePayload)
  submitSignature(
    @Arg('input', () => SubmitSignatureInput) input: SubmitSignatureInput,
    @Ctx() context: RequestContext,
  ): Promise<SubmitSignaturePayload> {
    return submitSignature(context, input);
  }
}
