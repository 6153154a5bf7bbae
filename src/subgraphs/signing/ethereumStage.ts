import type { RequestContext } from '../context.js';
import { prepareTransaction } from '../ethereumSigning.js';
import type { SendTransactionInput } from '../writeInputs.js';
import { ask } from './kept.js';
import type { SigningRequest } from './request.js';

/** Its nonce and its fees are those of now. */
export const ETHEREUM_LIFE_MS = 15 * 60_000;

/** The one signature of a transaction of a chain. */
export async function prepareEthereum(
  context: RequestContext,
  input: SendTransactionInput,
  address: string,
): Promise<SigningRequest> {
  const { kept, bytes, digest, summary } = await prepareTransaction(context, input, address);
  return ask(
    context,
    { stage: 'EVM_TRANSACTION', scheme: 'EVM_TRANSACTION', identity: { address }, bytes, digest, summary },
    { stage: 'EVM_TRANSACTION', kept },
    ETHEREUM_LIFE_MS,
  );
}
