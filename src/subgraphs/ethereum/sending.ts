import { ParleyError } from '../../errors/index.js';
import type { EthereumLedger } from '../../ledgers/ledger.js';
import { isLedgerId, type LedgerId } from '../../model/ids.js';
import type { RequestContext } from '../context.js';
import { ethereumRequest, sendFromWallet, sendSigned, walletOf, wantedOf } from '../ethereumWrite.js';
import { ethereumLedger } from '../ledgerFacts.js';
import type { SendTransactionInput } from '../writeInputs.js';
import type { WriteOutcome } from '../writes.js';
import { actingAs } from '../writesSigner.js';
import type { SendRawTransactionInput } from './inputs.js';
import { EthereumTransaction } from './transaction.js';
import { waitingTransaction } from './waiting.js';

/** Sends a transaction from a wallet that Parley signs for. */
export async function sendTransaction(
  context: RequestContext,
  input: SendTransactionInput,
): Promise<EthereumTransaction> {
  const id = chainId(input.chain);
  const asked = { as: input.as ?? null, signer: input.signer ?? null };
  const { decision, signer } = context.writes.decideWithSigner('sendTransaction', id, asked);
  const ledger = await ethereumLedger(context, id);
  const request = ethereumRequest(input, walletOf(signer));
  const outcome = await context.writes.run({
    decision,
    input: { chain: id, ...asked, as: actingAs(context, asked.as), ...wantedOf(input) },
    idempotencyKey: input.idempotencyKey ?? null,
    wait: input.awaitConfirmation ?? true,
    carryOut: (steps) => sendFromWallet(ledger, request, signer, steps),
  });
  return transactionOf(ledger, outcome);
}

/** Sends a transaction that was signed elsewhere. Sent again it is the same transaction, so it needs no idempotency key. */
export async function sendRawTransaction(
  context: RequestContext,
  { chain, rawTransaction, awaitConfirmation }: SendRawTransactionInput,
): Promise<EthereumTransaction> {
  const id = chainId(chain);
  const decision = context.writes.decide('sendRawTransaction', id, null);
  const ledger = await ethereumLedger(context, id);
  const raw = Buffer.from(rawTransaction.slice(2), 'hex');
  const facts = ledger.inspect(raw);
  const outcome = await context.writes.run({
    decision,
    input: { chain: id, rawTransaction },
    idempotencyKey: null,
    wait: awaitConfirmation ?? true,
    carryOut: (steps) => sendSigned(steps, { raw, facts }),
  });
  return transactionOf(ledger, outcome);
}

/** A transaction that is known from the write that sent it alone; null where there is no such write. */
export async function pendingTransaction(
  context: RequestContext,
  id: LedgerId,
  hash: string,
): Promise<EthereumTransaction | null> {
  const outcome = await context.writes.pending(id, hash);
  return outcome === null ? null : transactionOf(await ethereumLedger(context, id), outcome);
}

function transactionOf(ledger: EthereumLedger, { row, bytes, transaction }: WriteOutcome): EthereumTransaction {
  if (row !== null) return new EthereumTransaction(row);
  if (bytes !== null) return new EthereumTransaction(waitingTransaction(ledger.id, ledger.inspect(bytes)));
  throw new ParleyError('ENTITY_MISSING', `Of transaction ${transaction} nothing is known any more`, {
    source: ledger.name,
  });
}

/** Errors: `ID_INVALID`. */
function chainId(id: string): LedgerId {
  if (isLedgerId(id)) return id;
  throw new ParleyError('ID_INVALID', "That is not a chain's id", { got: id, expected: '`eip155:` and a chain id' });
}
