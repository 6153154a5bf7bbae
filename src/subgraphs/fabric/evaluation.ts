import { ParleyError } from '../../errors/index.js';
import type { FabricCaller } from '../../ledgers/ledger.js';
import type { RequestContext } from '../context.js';
import { channelId, chaincodeRequest, fabricCaller } from '../fabricWrite.js';
import { fabricLedger } from '../ledgerFacts.js';
import type { EvaluateInput } from './evaluate.js';

/**
 * Runs a chaincode function as a signer that the caller may use, or with the identity that Parley reads the channel as. Errors:
 * `INPUT_INVALID`, `SIGNER_UNKNOWN`, the ledger's.
 */
export async function evaluate(context: RequestContext, input: EvaluateInput): Promise<Uint8Array> {
  const channel = channelId(context, input.channel);
  const request = chaincodeRequest(input);
  const caller = input.signer == null ? undefined : callerOf(context, input.signer);
  const ledger = await fabricLedger(context, channel);
  return ledger.evaluate(request, context.signal, caller);
}

function callerOf({ writes }: RequestContext, id: string): FabricCaller {
  const signers = writes.signers();
  const signer = signers.find((one) => one.id === id);
  if (signer !== undefined) return fabricCaller(signer);
  throw new ParleyError('SIGNER_UNKNOWN', 'There is no such signer that the caller may use', {
    got: id,
    expected: signers.map((one) => one.id),
  });
}
