import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { RequestContext } from '../context.js';
import { SendTransactionInput } from '../writeInputs.js';
import { SendRawTransactionInput, SendTransactionPayload } from './inputs.js';
import { sendRawTransaction, sendTransaction } from './sending.js';

@Resolver()
export class EthereumMutations {
  @Mutation(() => SendTransactionPayload)
  async sendTransaction(
    @Arg('input', () => SendTransactionInput) input: SendTransactionInput,
    @Ctx() context: RequestContext,
  ): Promise<SendTransactionPayload> {
    return new SendTransactionPayload(await sendTransaction(context, input));
  }

  @Mutation(() => SendTransactionPayload)
  async sendRawTransaction(
    @Arg('input', () => SendRawTransactionInput) input: SendRawTransactionInput,
    @Ctx() context: RequestContext,
  ): Promise<SendTransactionPayload> {
    return new SendTransactionPayload(await sendRawTransaction(context, input));
  }
}
