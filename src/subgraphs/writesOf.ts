import { decide, type Principal, type WriteAction } from '../access/index.js';
import { ParleyError } from '../errors/index.js';
import type { Signer } from '../keys/signer.js';
import type { LedgerId } from '../model/ids.js';
import type { Scope } from '../model/scope.js';
import type { StoreReads, TransactionRow, WriteRecord } from '../store/store.js';
import type { Call, KeptRequest, Write, WriteAnswer, WriteOutcome, Writes } from './writes.js';
import { isRefused, valueOf } from './writesAnswer.js';
import type { Sent, Underway, WritesDesk } from './writesDesk.js';
import { lost, notAnsweredYet, notInBlockYet, stillPrepared, tooLate } from './writesErrors.js';
import { chooseCarrier, chooseSigner, memberKey } from './writesSigner.js';

/** Less than a request may take, so that the answer says what is known of the transaction. */
const ANSWER_WITHIN_MS = 25_000;
/** As ledgers write the ids of what was sent to them. */
const TRANSACTION = /^(0x)?[0-9a-f]{64}$/;
const REQUEST = /^[\w-]{1,64}$/;

export interface CallerParts {
  readonly desk: WritesDesk;
  readonly principal: Principal;
  /** The name under which the caller's writes are kept. */
  readonly caller: string;
  readonly scope: Scope;
  readonly store: Pick<StoreReads, 'transactionsByHash'>;
  /** Those that the caller may use. */
  readonly signers: readonly Signer[];
  /** Those that may carry for others; absent: the same. */
  readonly carriers?: readonly Signer[];
  readonly signal: AbortSignal;
  readonly answerWithinMs?: number;
}

/** `context.writes` of one request. */
export const writesOf = (parts: CallerParts): Writes => ({
  signers: () => parts.signers,
  decideWithSigner: (action, ledger, asked) => {
    const signer = chooseSigner(parts.signers, ledger, asked);
    const member = asked.as === null ? signer.member : memberKey(asked.as);
    return { signer, decision: decide(parts.principal, parts.scope, action, { ledger, member, signer }) };
  },
  decideWithCarrier: (action, ledger, organizations) => {
    const signer = chooseCarrier(parts.carriers ?? parts.signers, ledger, organizations);
    return { signer, decision: decide(parts.principal, parts.scope, action, { ledger, member: null, signer }) };
  },
  decide: (action: WriteAction, ledger: LedgerId, as) =>
    decide(parts.principal, parts.scope, action, {
      ledger,
      member: as === null ? null : memberKey(as),
      signer: null,
    }),
  run: (write) => run(parts, write),
  call: (asked) => call(parts, asked),
  alone: (ledger, work) => parts.desk.alone(ledger, parts.signal, work),
  isBegun: (write) => parts.desk.isBegun(parts.caller, write),
  pending: (ledger, transaction) => pending(parts, ledger, transaction),
  keepRequest: (request) => parts.desk.journal.keepRequest({ ...request, caller: parts.caller }),
  useRequest: (id, work) => useRequest(parts, id, work),
});

async function run(parts: CallerParts, write: Write): Promise<WriteOutcome> {
  // A later field of an operation whose caller was told that it took too long.
  if (parts.signal.aborted) throw tooLate(write.decision.ledger);
  const patience = AbortSignal.any([parts.signal, AbortSignal.timeout(parts.answerWithinMs ?? ANSWER_WITHIN_MS)]);
  const underway: Underway = { steps: null };
  const sent = await within(parts.desk.sent(parts.caller, write, underway), patience, () => late(write, underway));
  const answer = valueOf(sent.record.answer);
  const row = write.wait ? await rowOf(parts, sent, patience) : await seen(parts, sent.record);
  return { ...outcomeOf(sent.record), row, answer };
}

function call(parts: CallerParts, asked: Call): Promise<WriteAnswer> {
  const { ledger } = asked.decision;
  if (parts.signal.aborted) return Promise.reject(tooLate(ledger));
  const patience = AbortSignal.any([parts.signal, AbortSignal.timeout(parts.answerWithinMs ?? ANSWER_WITHIN_MS)]);
  return within(parts.desk.calls.answer(parts.caller, asked), patience, () => notAnsweredYet(ledger));
}

/** The bytes may be out while the ledger's answer to them is waited for. */
function late({ decision: { ledger } }: Write, { steps }: Underway): ParleyError {
  const transaction = steps?.sent?.transaction;
  return transaction === undefined ? stillPrepared(ledger) : notInBlockYet({ ledger, transaction }, true);
}

const outcomeOf = ({ ledger, transaction, bytes }: WriteRecord): Omit<WriteOutcome, 'row' | 'answer'> => {
  if (transaction === null) throw new ParleyError('STORE_CORRUPT', 'A write that was sent has no transaction');
  return { ledger, transaction, bytes };
};

async function rowOf(parts: CallerParts, { record, uncertain }: Sent, patience: AbortSignal): Promise<TransactionRow> {
  const before = await seen(parts, record);
  if (before !== null) return before;
  const settled = parts.desk.settling.settled(record.id);
  if (settled !== undefined) return within(settled, patience, () => notInBlockYet(record, uncertain));
  // It was settled between the two looks; or it is looked for no more.
  const after = await seen(parts, record);
  if (after !== null) return after;
  const now = await parts.desk.journal.byId(record.id);
  valueOf(now?.answer ?? null);
  throw now?.state === 'LOST' ? lost(record) : notInBlockYet(record, true);
}

/** The transaction as the index holds it now. */
async function seen(
  { store, scope }: CallerParts,
  { ledger, transaction }: WriteRecord,
): Promise<TransactionRow | null> {
  if (transaction === null) return null;
  const [row] = await store.transactionsByHash(scope, [{ ledger, hash: transaction }]);
  return row === undefined || row?.confirmation === 'RETRACTED' ? null : row;
}

async function pending(parts: CallerParts, ledger: LedgerId, transaction: string): Promise<WriteOutcome | null> {
  if (!parts.scope.ledgers.includes(ledger) || !TRANSACTION.test(transaction)) return null;
  const record = await parts.desk.journal.byTransaction(ledger, transaction);
  if (record === null || record.caller !== parts.caller || record.answer === null) return null;
  if (isRefused(record.answer)) return null;
  return { ...outcomeOf(record), row: null, answer: valueOf(record.answer) };
}

async function useRequest<T>(parts: CallerParts, id: string, work: (request: KeptRequest) => Promise<T>): Promise<T> {
  const { journal } = parts.desk;
  const request = REQUEST.test(id) ? await journal.takeRequest(id, parts.caller) : null;
  if (request === null)
    throw new ParleyError('REQUEST_UNKNOWN', 'There is no such signing request', { got: id.slice(0, 200) });
  if (request.expiresMs <= Date.now()) {
    await journal.releaseRequest(id);
    throw new ParleyError('REQUEST_EXPIRED', 'The signing request is too old', {
      got: new Date(request.expiresMs).toISOString(),
    });
  }
  // Where this process ends in the middle the request waits again: the same signature goes on from there.
  try {
    const done = await work(request);
    await journal.dropRequest(id);
    return done;
  } catch (error) {
    const again = error instanceof ParleyError && (error.retryable || error.code === 'SIGNATURE_INVALID');
    await (again ? journal.releaseRequest(id) : journal.dropRequest(id));
    throw error;
  }
}

/** What is awaited, or an error once nobody is patient any more; what is awaited goes on. */
function within<T>(work: Promise<T>, patience: AbortSignal, late: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = (): void => reject(late());
    if (patience.aborted) end();
    patience.addEventListener('abort', end, { once: true });
    work.then(resolve, reject).finally(() => patience.removeEventListener('abort', end));
  });
}
