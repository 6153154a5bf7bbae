import { ParleyError } from '../../errors/index.js';
import type { EvaluateRequest, FabricCaller, FabricLedger } from '../../ledgers/ledger.js';
import { pause } from '../../lib/pause.js';
import type { DecodedTransaction } from '../../model/block.js';

/** Where a transaction came to stand. */
export interface Settled {
  readonly transactionId: string;
  readonly block: number;
}

const BLOCK_WITHIN_MS = 90_000;

/**
 * Has a transaction endorsed, signed and ordered, and waits for the block that holds it. Errors: those of the port; `SUBMIT_UNCERTAIN`
 * where no block held it in time; `SUBMIT_REFUSED` where one holds it as invalid.
 */
export async function submitAndSettle(
  ledger: FabricLedger,
  request: EvaluateRequest,
  caller: FabricCaller,
): Promise<Settled> {
  const from = (await ledger.head()).number + 1;
  const proposal = await ledger.propose(request, caller.creator);
  const endorsed = await ledger.endorse(proposal.bytes, await caller.sign(proposal.bytes), request);
  await ordered(ledger, endorsed.bytes, await caller.sign(endorsed.bytes));
  const { transactionId } = endorsed;
  const found = await inBlock(ledger, transactionId, from);
  if (found.transaction.outcome === 'SUCCEEDED') return { transactionId, block: found.block };
  const { detail } = found.transaction;
  throw new ParleyError('SUBMIT_REFUSED', 'A block holds the transaction as invalid', {
    source: ledger.name,
    got: detail.kind === 'fabric' ? detail.validationCode : 'failed',
    expected: 'VALID',
    fix: 'Run the command again: it goes on where it stopped.',
  });
}

/** What may have been taken is looked for like what was. */
async function ordered(ledger: FabricLedger, transaction: Uint8Array, signature: Uint8Array): Promise<void> {
  try {
    await ledger.order(transaction, signature);
  } catch (error) {
    if (!(error instanceof ParleyError && error.code === 'SUBMIT_UNCERTAIN')) throw error;
  }
}

async function inBlock(
  ledger: FabricLedger,
  transactionId: string,
  from: number,
): Promise<{ readonly block: number; readonly transaction: DecodedTransaction }> {
  const patience = AbortSignal.timeout(BLOCK_WITHIN_MS);
  const decoder = ledger.decoder(await ledger.seed(from));
  for await (const item of ledger.follow(from, patience)) {
    if (item.kind === 'head') continue;
    const decoded = decoder.decode(item.block);
    const transaction = decoded.transactions.find(({ hash }) => hash === transactionId);
    if (transaction !== undefined) return { block: decoded.number, transaction };
  }
  throw new ParleyError('SUBMIT_UNCERTAIN', 'The transaction was sent, and no block held it in time', {
    source: ledger.name,
    got: transactionId,
    expected: `a block within ${BLOCK_WITHIN_MS / 1_000} s`,
    fix: 'Run the command again: it goes on where it stopped, and does nothing twice.',
  });
}

const TRIES = 8;
const BETWEEN_TRIES_MS = 500;

/** Tries again what fails while peers do not all have the last block yet. `isLate`: whether a failure may be that. */
export async function onceTheyCaughtUp<T>(work: () => Promise<T>, isLate: (error: unknown) => boolean): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt === TRIES || !isLate(error)) throw error;
      await pause(BETWEEN_TRIES_MS, new AbortController().signal);
    }
  }
}
