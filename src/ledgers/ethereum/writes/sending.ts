import { ParleyError } from '../../../errors/index.js';
import type { SignedTransactionFacts, TransactionWhereabouts } from '../../ledger.js';
import type { Endpoint } from '../jsonRpc/endpoint.js';
import { EndpointFault, type FaultKind } from '../jsonRpc/endpointFault.js';
import { chainIdCall, quantityOf, type Endpoints } from '../jsonRpc/endpoints.js';
import type { RpcCall, RpcErrorObject, RpcReply } from '../jsonRpc/wire.js';
import { submitVerdict, type SubmitVerdict } from './submitError.js';

type Sent = Pick<SignedTransactionFacts, 'hash' | 'from' | 'nonce'>;

/** What endpoints said of one transaction, so far. */
interface Attempt {
  /** A request went out and no whole answer came back: that node may have it. */
  mayHave: boolean;
  /** The last refusal, in the node's words. */
  refusal: RpcErrorObject | null;
}

type Outcome = { readonly taken: true } | { readonly taken: false; readonly error: RpcErrorObject };

/** What is about the endpoint and not about the transaction: another one is asked. */
const FAULTS: ReadonlyMap<SubmitVerdict, FaultKind> = new Map([
  ['full', 'throttled'],
  ['foreign', 'foreign'],
  ['unable', 'refused'],
  ['trouble', 'unreachable'],
]);

/**
 * Sends raw transactions and finds out what became of them. The same bytes are the same transaction wherever they are sent, so that
 * trying another endpoint can not do anything twice.
 */
export class Sending {
  constructor(
    private readonly endpoints: Endpoints,
    private readonly source: string,
  ) {}

  async send(raw: string, sent: Sent, signal: AbortSignal): Promise<void> {
    const attempt: Attempt = { mayHave: false, refusal: null };
    let outcome: Outcome;
    try {
      outcome = await this.endpoints.run(
        (endpoint, until) => this.attempt(endpoint, raw, sent, attempt, until),
        signal,
      );
    } catch (error) {
      throw this.unanswered(error, sent, attempt);
    }
    if (outcome.taken) return;
    // Another endpoint may have taken it before this one refused it.
    if (attempt.mayHave && !(await this.isLost(sent, signal))) return;
    throw this.refused(outcome.error, sent);
  }

  async whereabouts(sent: Sent, signal: AbortSignal): Promise<TransactionWhereabouts> {
    return this.endpoints.run((endpoint, until) => locate(endpoint, sent, until), signal);
  }

  async nonceOf(address: string, at: 'pending' | 'latest', signal: AbortSignal): Promise<number> {
    return this.endpoints.run(async (endpoint, until) => {
      const [chain, count] = await endpoint.ask([chainIdCall, nonceCall(address, at)], until);
      this.endpoints.requireChain(chain);
      const nonce = quantityOf(count);
      if (nonce === null) throw new EndpointFault('unreachable', 'it does not tell the nonce');
      return nonce;
    }, signal);
  }

  private async attempt(
    endpoint: Endpoint,
    raw: string,
    sent: Sent,
    attempt: Attempt,
    signal?: AbortSignal,
  ): Promise<Outcome> {
    const reply = await this.ask(endpoint, raw, attempt, signal);
    if (reply.ok) return { taken: true };
    const { error } = reply;
    attempt.refusal = error;
    const verdict = submitVerdict(error);
    if (verdict === 'trouble') attempt.mayHave = true;
    const fault = FAULTS.get(verdict);
    if (fault !== undefined) throw new EndpointFault(fault, error.message);
    const mayBeOurs = verdict === 'nonce used' || verdict === 'nonce taken';
    const taken = verdict === 'known' || (mayBeOurs && (await has(endpoint, sent, signal)));
    return taken ? { taken } : { taken: false, error };
  }

  private async ask(endpoint: Endpoint, raw: string, attempt: Attempt, signal?: AbortSignal): Promise<RpcReply> {
    const before = attempt.mayHave;
    attempt.mayHave = true;
    try {
      const [reply] = await endpoint.ask([{ method: 'eth_sendRawTransaction', params: [raw] }], signal);
      if (reply === undefined) throw new EndpointFault('unreachable', 'it did not answer');
      attempt.mayHave = before;
      return reply;
    } catch (error) {
      if (error instanceof EndpointFault && !error.mayHaveArrived) attempt.mayHave = before;
      throw error;
    }
  }

  /** True where no endpoint that answers has it. */
  private async isLost(sent: Sent, signal: AbortSignal): Promise<boolean> {
    const place = await this.whereabouts(sent, signal);
    if (place === 'UNKNOWN') throw this.uncertain(sent);
    return place === 'REPLACED';
  }

  private unanswered(error: unknown, sent: Sent, attempt: Attempt): unknown {
    if (attempt.mayHave) return this.uncertain(sent, error);
    if (!(error instanceof ParleyError) || attempt.refusal === null) return error;
    if (error.code !== 'LEDGER_UNAVAILABLE') return error;
    return new ParleyError('LEDGER_UNAVAILABLE', `No node of ${this.source} takes the transaction now`, {
      got: attempt.refusal.message,
      fix: 'It was not sent. Try again in a while.',
      source: this.source,
      details: { hash: sent.hash, said: attempt.refusal.message },
    });
  }

  private uncertain({ hash, from, nonce }: Sent, cause?: unknown): ParleyError {
    return new ParleyError(
      'SUBMIT_UNCERTAIN',
      `Whether a node of ${this.source} took transaction ${hash} is not known`,
      {
        source: this.source,
        details: { hash, from, nonce },
        cause,
      },
    );
  }

  private refused(error: RpcErrorObject, { hash, from, nonce }: Sent): ParleyError {
    const verdict = submitVerdict(error);
    const reason = verdict === 'nonce used' ? 'NONCE_USED' : verdict === 'nonce taken' ? 'NONCE_TAKEN' : 'REFUSED';
    return new ParleyError('SUBMIT_REFUSED', `${this.source} refused the transaction: ${error.message}`, {
      source: this.source,
      details: { reason, said: error.message, hash, from, nonce },
    });
  }
}

/** Whether a node has that very transaction, waiting or in a block. */
async function has(endpoint: Endpoint, { hash }: Sent, signal?: AbortSignal): Promise<boolean> {
  const [transaction, receipt] = await endpoint.ask(lookups(hash), signal);
  return found(transaction) || found(receipt);
}

/**
 * The nonce is asked first: where it has gone past, the transaction that took it is in a block that the later answers know, too.
 */
async function locate(endpoint: Endpoint, sent: Sent, signal?: AbortSignal): Promise<TransactionWhereabouts> {
  const [count] = await endpoint.ask([nonceCall(sent.from, 'latest')], signal);
  const mined = quantityOf(count);
  if (mined === null) throw new EndpointFault('unreachable', 'it does not tell the nonce');
  const [transaction, receipt] = await endpoint.ask(lookups(sent.hash), signal);
  if (found(receipt)) return 'MINED';
  if (found(transaction)) return 'WAITING';
  return mined > sent.nonce ? 'REPLACED' : 'UNKNOWN';
}

const lookups = (hash: string): readonly RpcCall[] => [
  { method: 'eth_getTransactionByHash', params: [hash] },
  { method: 'eth_getTransactionReceipt', params: [hash] },
];

/** Errors: a node that still indexes its transactions, or is in trouble, cannot say that it has none. */
function found(reply: RpcReply | undefined): boolean {
  if (reply?.ok === true) return reply.result !== null;
  throw new EndpointFault('unreachable', reply?.error.message ?? 'it did not answer');
}

const nonceCall = (address: string, at: 'pending' | 'latest'): RpcCall => ({
  method: 'eth_getTransactionCount',
  params: [address, at],
});
