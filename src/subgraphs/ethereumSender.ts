import { ParleyError } from '../errors/index.js';
import type { EthereumLedger } from '../ledgers/ledger.js';
import type { LedgerSender, SentWrite, Standing } from './writes.js';

/**
 * How long a transaction that no node has, and that none takes any more, is offered again: fees fall, funds come, a pool empties.
 * Meanwhile its nonce is held, and with it whatever the wallet sent after it.
 */
const GIVE_UP_AFTER_MS = 30 * 60_000;

const WAITING: Standing = { kind: 'WAITING' };

/** Raw transactions to the pool of a node. The same bytes are the same transaction: sending them again is always safe. */
export const ethereumSender: LedgerSender<EthereumLedger> = {
  send: (ledger, { bytes }, signal) => ledger.send(bytes, signal),
  tend: async (ledger, write, signal) => {
    const { hash, from, nonce } = ledger.inspect(write.bytes);
    const place = await ledger.whereabouts({ hash, from, nonce }, signal);
    if (place === 'REPLACED') return { kind: 'REPLACED', why: replaced(ledger, { hash, from, nonce }) };
    return place === 'UNKNOWN' ? sendAgain(ledger, write, signal) : WAITING;
  },
};

async function sendAgain(ledger: EthereumLedger, write: SentWrite, signal: AbortSignal): Promise<Standing> {
  try {
    await ledger.send(write.bytes, signal);
    return WAITING;
  } catch (error) {
    if (!(error instanceof ParleyError)) throw error;
    if (error.code === 'SUBMIT_UNCERTAIN') return WAITING;
    if (error.code !== 'SUBMIT_REFUSED') throw error;
    // Another node's pool may have it still, and this one may take it later.
    return Date.now() - write.sentMs < GIVE_UP_AFTER_MS ? WAITING : { kind: 'REFUSED', why: error };
  }
}

function replaced(
  ledger: EthereumLedger,
  sent: { readonly hash: string; readonly from: string; readonly nonce: number },
): ParleyError {
  return new ParleyError('SUBMIT_REFUSED', `Another transaction of the wallet has nonce ${sent.nonce} in a block`, {
    source: ledger.name,
    fix: 'See what the wallet sent elsewhere; send this again as a new write where it is still wanted.',
    details: { reason: 'REPLACED', ...sent },
  });
}
