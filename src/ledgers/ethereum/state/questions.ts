import { ParleyError } from '../../../errors/index.js';
import type { Endpoints } from '../jsonRpc/endpoints.js';
import { EndpointFault } from '../jsonRpc/endpointFault.js';
import { refusalOf, type Refusal } from '../jsonRpc/refusal.js';
import type { RpcCall, RpcErrorObject, RpcReply } from '../jsonRpc/wire.js';

/** Calls in one HTTP request. */
const CALLS_IN_REQUEST = 100;

/** Asks about the state of a chain, many questions in few requests. */
export class StateQuestions {
  constructor(
    private readonly endpoints: Endpoints,
    private readonly source: string,
    private readonly signal: AbortSignal,
  ) {}

  /** The replies in the order of the calls. Errors: those of `Endpoints.run`. */
  async ask(calls: readonly RpcCall[]): Promise<readonly RpcReply[]> {
    const parts: RpcCall[][] = [];
    for (let at = 0; at < calls.length; at += CALLS_IN_REQUEST) parts.push(calls.slice(at, at + CALLS_IN_REQUEST));
    const replies = await Promise.all(parts.map((part) => this.askPart(part)));
    return replies.flat();
  }

  private askPart(calls: readonly RpcCall[]): Promise<readonly RpcReply[]> {
    return this.endpoints.run(async (endpoint, signal) => {
      try {
        return await endpoint.ask(calls, signal);
      } catch (error) {
        // A node that takes no batches, or none of that length, still takes the calls one by one.
        if (!(error instanceof EndpointFault) || error.kind !== 'overloaded' || calls.length === 1) throw error;
        const replies: RpcReply[] = [];
        for (const call of calls) replies.push(...(await endpoint.ask([call], signal)));
        return replies;
      }
    }, this.signal);
  }

  /** What a node's error about one question means to the one who asked. */
  failure(error: RpcErrorObject, block: number | null, revert: (error: RpcErrorObject) => string): ParleyError {
    const refusal: Refusal = refusalOf(error);
    const facts = { source: this.source, details: { said: error.message } };
    const place = block === null ? 'the latest block' : `block ${block}`;
    switch (refusal) {
      case 'reverted':
        return new ParleyError('CALL_REVERTED', `The call reverted: ${revert(error)}`, facts);
      case 'no history':
        return new ParleyError('HISTORY_UNAVAILABLE', `The node has no state of ${place}`, facts);
      case 'trouble':
      case 'not yet':
        return new ParleyError('LEDGER_UNAVAILABLE', `The node could not answer about ${place}`, facts);
      default:
        return new ParleyError('LEDGER_REFUSED', `The node refused to answer: ${error.message}`, facts);
    }
  }
}

export const blockTag = (block: number | null): string => (block === null ? 'latest' : `0x${block.toString(16)}`);
