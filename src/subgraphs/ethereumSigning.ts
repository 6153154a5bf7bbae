import { ParleyError } from '../errors/index.js';
import type { EthereumLedger, SignedTransactionFacts } from '../ledgers/ledger.js';
import { isLedgerId, type LedgerId } from '../model/ids.js';
import type { WriteAction } from '../access/index.js';
import type { RequestContext } from './context.js';
import { ethereumRequest, sendSigned, wantedOf, type TransactionWanted } from './ethereumWrite.js';
import { ethereumLedger, memberId } from './ledgerFacts.js';
import type { WriteOutcome } from './writes.js';

/** SendTransactionInput, of any subgraph. */
export interface TransactionToPrepare extends TransactionWanted {
  readonly chain: string;
  readonly as?: string | null;
  readonly signer?: string | null;
  readonly awaitConfirmation?: boolean | null;
  readonly idempotencyKey?: string | null;
}

/** What is kept of a transaction between its draft and its signature: JSON. */
export interface KeptTransaction {
  readonly ledger: LedgerId;
  readonly as: string | null;
  /** EIP-55. */
  readonly from: string;
  /** The unsigned transaction, 0x-prefixed. */
  readonly draft: string;
  readonly input: object;
  readonly idempotencyKey: string | null;
  readonly wait: boolean;
  /** Of a write of governance; absent: `sendTransaction`. */
  readonly action?: WriteAction;
}

/** A transaction as its sender is to sign it. */
export interface PreparedTransaction {
  readonly kept: KeptTransaction;
  /** The unsigned transaction (EIP-2718). */
  readonly bytes: Uint8Array;
  /** Its Keccak-256: what a wallet signs. */
  readonly digest: Uint8Array;
  readonly summary: string;
}

/**
 * Plans a transaction for a wallet that is kept elsewhere, with the next nonce as the chain counts now. Nothing is held for it: where
 * the wallet sends something else meanwhile, it is prepared anew. Errors: those of planning.
 */
export async function prepareTransaction(
  context: RequestContext,
  input: TransactionToPrepare,
  address: string,
): Promise<PreparedTransaction> {
  const { chain } = input;
  if (!isLedgerId(chain)) throw new ParleyError('ID_INVALID', "That is not a chain's id", { got: chain });
  if (input.signer != null)
    throw new ParleyError('INPUT_INVALID', 'What is signed elsewhere has no signer here', {
      got: input.signer,
      fix: 'Leave `signer` out, or use the mutation `sendTransaction`.',
    });
  const as = input.as ?? null;
  context.writes.decide('sendTransaction', chain, as);
  requireOwn(context, chain, address, as);
  const ledger = await ethereumLedger(context, chain);
  const plan = await ledger.plan(ethereumRequest(input, address), context.signal);
  const { bytes, digest, summary } = ledger.draft(plan, await ledger.nonceOf(plan.from, 'pending', context.signal));
  const kept: KeptTransaction = {
    ...{ ledger: chain, as, from: plan.from, draft: hexOf(bytes), input: { chain, as, ...wantedOf(input) } },
    ...{ idempotencyKey: input.idempotencyKey ?? null, wait: input.awaitConfirmation ?? true },
  };
  return { kept, bytes, digest, summary };
}

/** Errors: `INPUT_INVALID` where the wallet is another member's than the one that is acted for. */
function requireOwn({ directory }: RequestContext, chain: LedgerId, address: string, as: string | null): void {
  const member = directory.memberOf(chain, address);
  if (as === null || member === null || memberId(member) === as) return;
  throw new ParleyError('INPUT_INVALID', 'The wallet does not sign for that member', {
    got: as,
    expected: memberId(member),
  });
}

/**
 * Sends the transaction that was prepared, signed: `signature` is the raw signed transaction. Errors: `SIGNATURE_INVALID` where it is
 * another one, or signed by another wallet; those of sending.
 */
export async function sendPrepared(
  context: RequestContext,
  kept: KeptTransaction,
  signature: Uint8Array,
): Promise<WriteOutcome> {
  const ledger = await ethereumLedger(context, kept.ledger);
  const facts = factsOf(ledger, kept, signature);
  return context.writes.run({
    decision: context.writes.decide(kept.action ?? 'sendTransaction', kept.ledger, kept.as),
    input: { ...kept.input, from: kept.from },
    idempotencyKey: kept.idempotencyKey,
    wait: kept.wait,
    carryOut: (steps) => sendSigned(steps, { raw: signature, facts }),
  });
}

function factsOf(ledger: EthereumLedger, { draft, from }: KeptTransaction, raw: Uint8Array): SignedTransactionFacts {
  const facts = inspected(ledger, raw);
  if (!ledger.isSigned(Buffer.from(draft.slice(2), 'hex'), raw))
    throw new ParleyError('SIGNATURE_INVALID', 'That is another transaction than the one that was to be signed', {
      got: facts.hash,
    });
  if (facts.from === from) return facts;
  throw new ParleyError('SIGNATURE_INVALID', 'Another wallet signed', { got: facts.from, expected: from });
}

function inspected(ledger: EthereumLedger, raw: Uint8Array): SignedTransactionFacts {
  try {
    return ledger.inspect(raw);
  } catch (cause) {
    if (!(cause instanceof ParleyError)) throw cause;
    const facts = { got: cause.what, expected: 'the raw signed transaction (EIP-2718), as a wallet gives it', cause };
    throw new ParleyError('SIGNATURE_INVALID', 'That is no signed transaction', facts);
  }
}

const hexOf = (bytes: Uint8Array): string => `0x${Buffer.from(bytes).toString('hex')}`;
