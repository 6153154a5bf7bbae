import { ParleyError } from '../../errors/index.js';
import type { FabricLedger } from '../../ledgers/ledger.js';
import { parseId, type LedgerId } from '../../model/ids.js';
import type { RequestContext } from '../context.js';
import {
  altersRules,
  callOf,
  chaincodeRequest,
  channelId,
  fabricCaller,
  organizationsOn,
  submitAs,
} from '../fabricWrite.js';
import { fabricLedger } from '../ledgerFacts.js';
import { transactionOfId } from '../rowIds.js';
import type { SubmitInput } from '../writeInputs.js';
import type { WriteOutcome } from '../writes.js';
import { actingAs } from '../writesSigner.js';
import { SubmitPayload } from './submit.js';
import { FabricTransaction, fabricTransaction } from './transaction.js';
import { waitingTransaction } from './waiting.js';

/** Submits a transaction signed by a signer that the caller may use. */
export async function submit(context: RequestContext, input: SubmitInput): Promise<SubmitPayload> {
  const channel = channelId(context, input.channel);
  const request = chaincodeRequest(input);
  const asked = { as: input.as ?? null, signer: input.signer ?? null };
  const organizations = await organizationsOn(context, channel);
  const { decision, signer } = context.writes.decideWithSigner('submit', channel, { ...asked, organizations });
  const caller = fabricCaller(signer);
  const ledger = await fabricLedger(context, channel);
  const outcome = await context.writes.run({
    decision,
    input: { channel, ...asked, as: actingAs(context, asked.as), ...callOf(input) },
    idempotencyKey: input.idempotencyKey ?? null,
    wait: input.awaitCommit ?? true,
    altersRules: altersRules(request),
    carryOut: (steps) => submitAs(ledger, request, caller, steps),
  });
  return new SubmitPayload(transactionOf(ledger, outcome), resultOf(outcome));
}

/** A transaction by its id in the graph, also while only the write that sent it knows it. */
export async function transactionById(context: RequestContext, id: string): Promise<FabricTransaction | null> {
  const row = await transactionOfId(context, id);
  if (row !== null) return fabricTransaction(row);
  const ref = parseId(id);
  if (ref?.type !== 'Transaction' || !context.scope.ledgers.includes(ref.ledger)) return null;
  return pendingTransaction(context, ref.ledger, ref.key);
}

async function pendingTransaction(
  context: RequestContext,
  ledger: LedgerId,
  transaction: string,
): Promise<FabricTransaction | null> {
  const outcome = await context.writes.pending(ledger, transaction);
  return outcome === null ? null : transactionOf(await fabricLedger(context, ledger), outcome);
}

function transactionOf(ledger: FabricLedger, { row, bytes, transaction }: WriteOutcome): FabricTransaction {
  if (row !== null) return new FabricTransaction(row);
  if (bytes !== null) return new FabricTransaction(waitingTransaction(ledger, bytes));
  throw new ParleyError('ENTITY_MISSING', `Of transaction ${transaction} nothing is known any more`, {
    source: ledger.name,
  });
}

const resultOf = ({ answer }: WriteOutcome): Uint8Array | null =>
  typeof answer === 'string' ? Buffer.from(answer, 'base64') : null;
