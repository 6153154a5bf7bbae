import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { RequestContext } from '../context.js';
import { SubmitInput } from '../writeInputs.js';
import { submit } from './submission.js';
import { SubmitPayload } from './submit.js';

@Resolver()
export class FabricMutations {
  @Mutation(() => SubmitPayload, {
    description:
      'Submits a transaction, signed by a signer that the caller may use. The answer is a transaction, seen in a block or pending; a failed validation is data.',
  })
  submit(@Arg('input', () => SubmitInput) input: SubmitInput, @Ctx() context: RequestContext): Promise<SubmitPayload> {
    return submit(context, input);
  }
}
