import { ParleyError } from '../errors/index.js';
import type { Signer } from '../keys/signer.js';
import type { EthereumLedger, EthereumPlan, EthereumWriteRequest, SignedTransactionFacts } from '../ledgers/ledger.js';
import type { WriteSteps } from './writes.js';

/** Others may use the same wallet: a nonce that they took first costs another try. */
const MAX_TRIES = 5;

/** What SendTransactionInput says of the transaction itself. */
export interface TransactionWanted {
  readonly to?: string | null;
  readonly value?: string | null;
  readonly data?: string | null;
  readonly function?: string | null;
  readonly arguments?: readonly unknown[] | null;
  readonly gas?: string | null;
}

export const ethereumRequest = (wanted: TransactionWanted, from: string): EthereumWriteRequest => ({
  from,
  to: wanted.to ?? null,
  value: wanted.value ?? '0',
  data: wanted.data ?? null,
  function: wanted.function ?? null,
  arguments: wanted.arguments ?? [],
  gas: wanted.gas ?? null,
});

/** What the caller gave of it, for the digest of the input: not how it is waited for, and not the key. */
export const wantedOf = ({ to, value, data, function: called, arguments: values, gas }: TransactionWanted): object => ({
  ...{ to: to ?? null, value: value ?? null, data: data ?? null, function: called ?? null },
  ...{ arguments: values ?? null, gas: gas ?? null },
});

/** The address that a signer signs for. Errors: `SIGNER_UNKNOWN`. */
export function walletOf({ id, identity }: Signer): string {
  if (identity.kind === 'ethereum') return identity.address;
  throw new ParleyError('SIGNER_UNKNOWN', `Signer ${id} is no wallet`, { expected: 'a signer with an Ethereum key' });
}

/**
 * Plans a transaction, signs it with the wallet's next nonce, and sends it. Between taking the nonce and the node's answer nothing else
 * of that wallet goes out, so that one that is refused leaves no gap under one that was sent after it.
 */
export async function sendFromWallet(
  ledger: EthereumLedger,
  request: EthereumWriteRequest,
  signer: Signer,
  steps: WriteSteps,
): Promise<void> {
  const plan = await ledger.plan(request, steps.signal);
  await ledger.inTurn(plan.from, async () => {
    let used = -1;
    for (let tries = 1; tries < MAX_TRIES; tries += 1) {
      const nonce = await nextNonce(ledger, plan.from, used + 1, steps);
      if (await isSentWith(nonce, ledger, plan, signer, steps)) return;
      used = nonce;
    }
    const nonce = await nextNonce(ledger, plan.from, used + 1, steps);
    await sendWith(nonce, ledger, plan, signer, steps);
  });
}

async function nextNonce(ledger: EthereumLedger, address: string, atLeast: number, steps: WriteSteps): Promise<number> {
  const counted = await ledger.nonceOf(address, 'pending', steps.signal);
  return steps.takeNonce(address, Math.max(counted, atLeast));
}

type Sending = [nonce: number, ledger: EthereumLedger, plan: EthereumPlan, signer: Signer, steps: WriteSteps];

/** False where another transaction of the wallet has the nonce. */
async function isSentWith(...sending: Sending): Promise<boolean> {
  try {
    await sendWith(...sending);
    return true;
  } catch (error) {
    if (hasNonceElsewhere(error)) return false;
    throw error;
  }
}

async function sendWith(...[nonce, ledger, plan, signer, steps]: Sending): Promise<void> {
  try {
    await sendSigned(steps, await signed(ledger, plan, signer, nonce));
  } catch (error) {
    await steps.returnNonce(plan.from, nonce);
    throw error;
  }
}

interface SignedTransaction {
  readonly raw: Uint8Array;
  readonly facts: SignedTransactionFacts;
}

async function signed(
  ledger: EthereumLedger,
  plan: EthereumPlan,
  signer: Signer,
  nonce: number,
): Promise<SignedTransaction> {
  const draft = ledger.draft(plan, nonce);
  const raw = ledger.assemble(draft.bytes, await signer.sign(draft.digest));
  const facts = ledger.inspect(raw);
  if (facts.from === plan.from) return { raw, facts };
  throw new ParleyError('SIGNER_UNAVAILABLE', `Signer ${signer.id} signed as another wallet`, {
    got: facts.from,
    expected: plan.from,
  });
}

/** Journals a raw transaction and sends it. */
export function sendSigned(steps: WriteSteps, { raw, facts }: SignedTransaction): Promise<void> {
  const { hash, from, nonce } = facts;
  return steps.send({ transaction: hash, bytes: raw, from, nonce, answer: null });
}

function hasNonceElsewhere(error: unknown): boolean {
  if (!(error instanceof ParleyError) || error.code !== 'SUBMIT_REFUSED') return false;
  const { details } = error;
  if (typeof details !== 'object' || details === null || !('reason' in details)) return false;
  return details.reason === 'NONCE_USED' || details.reason === 'NONCE_TAKEN';
}
