import { ParleyError, type ErrorCode } from '../errors/index.js';
import type { WriteRecord } from '../store/store.js';
import type { Decision } from '../access/index.js';

type About = Pick<WriteRecord, 'ledger' | 'transaction'>;

const MAYBE: readonly ErrorCode[] = ['SUBMIT_UNCERTAIN', 'SHUTTING_DOWN', 'TIMEOUT', 'INTERNAL'];

/** True where a failed sending surely reached no ledger. What we do not understand may have. */
export const isSurelyNotSent = (error: unknown): boolean => error instanceof ParleyError && !MAYBE.includes(error.code);

export const notInBlockYet = ({ ledger, transaction }: About, uncertain: boolean): ParleyError =>
  new ParleyError(
    uncertain ? 'SUBMIT_UNCERTAIN' : 'TIMEOUT',
    uncertain
      ? 'Whether the ledger took the transaction is not known yet'
      : 'The transaction was sent, and is in no block that is indexed yet',
    {
      got: transaction,
      fix: 'Look for the transaction, or ask again with the same idempotency key; do not submit it anew.',
      source: ledger,
      details: { ledger, transaction },
    },
  );

export const stillPrepared = (ledger: string): ParleyError =>
  new ParleyError('TIMEOUT', 'The write is still being prepared', {
    fix: 'Ask again with the same idempotency key.',
    source: ledger,
  });

export const notAnsweredYet = (ledger: string): ParleyError =>
  new ParleyError('TIMEOUT', 'It was asked for, and is not answered yet', {
    fix: 'Ask again with the same idempotency key, or look for it in a while.',
    source: ledger,
  });

export const tooLate = (ledger: string): ParleyError =>
  new ParleyError('TIMEOUT', 'The request had ended before the write began; nothing was sent', { source: ledger });

export const givenUp = (ledger: string): ParleyError =>
  new ParleyError('TIMEOUT', 'The write took too long to prepare; nothing was sent', { source: ledger });

export const lost = ({ ledger, transaction }: About): ParleyError =>
  new ParleyError(
    'SUBMIT_UNCERTAIN',
    'The transaction was sent, and no block has shown it for so long that it is looked for no more',
    {
      got: transaction,
      fix: 'Look for the transaction. Submit anew only what may happen twice.',
      source: ledger,
      details: { ledger, transaction },
    },
  );

export const reusedKey = ({ action }: Decision, key: string): ParleyError =>
  new ParleyError('IDEMPOTENCY_KEY_REUSED', `The idempotency key was used for another ${action}`, { got: key });

export const tooManyWrites = (ledger: string, most: number): ParleyError =>
  new ParleyError('OVERLOADED', 'As many writes to that ledger are under way as may be; nothing was sent', {
    source: ledger,
    expected: `at most ${most} that no block has yet`,
    fix: 'Send it again in a while; see in `channels` or `chains` whether the ledger goes on.',
  });

export const stopping = (): ParleyError => new ParleyError('SHUTTING_DOWN', 'The server is stopping');
