import type { FabricCaller } from '../../ledgers/ledger.js';
import type { LedgerId } from '../../model/ids.js';
import type { RequestContext } from '../context.js';
import { channelId, chaincodeRequest, fabricCaller, organizationsOn } from '../fabricWrite.js';
import { fabricLedger } from '../ledgerFacts.js';
import { chooseSigner } from '../writesSigner.js';
import type { EvaluateInput } from './evaluate.js';

/**
 * Runs a chaincode function as a signer that the caller may use, or with the identity that Parley reads the channel as. Errors:
 * `INPUT_INVALID`, `SIGNER_UNKNOWN`, the ledger's.
 */
export async function evaluate(context: RequestContext, input: EvaluateInput): Promise<Uint8Array> {
  const channel = channelId(context, input.channel);
  const request = chaincodeRequest(input);
  const caller = input.signer == null ? undefined : await callerOf(context, channel, input.signer);
  const ledger = await fabricLedger(context, channel);
  return ledger.evaluate(request, context.signal, caller);
}

async function callerOf(context: RequestContext, channel: LedgerId, signer: string): Promise<FabricCaller> {
  const organizations = await organizationsOn(context, channel);
  return fabricCaller(chooseSigner(context.writes.signers(), channel, { as: null, signer, organizations }));
}
