import type { IncomingHttpHeaders } from 'node:http';
import type { ExecutionResult } from 'graphql';
import type { ErrorCode } from '../errors/index.js';
import type { RequestContext } from '../subgraphs/context.js';

/** What the composition root makes a request's context from. */
export interface GatewayRequest {
  readonly requestId: string;
  readonly headers: IncomingHttpHeaders;
  readonly remoteAddress: string;
  /** Aborted when the caller goes away, the time is up, or the server stops. */
  readonly signal: AbortSignal;
  /** Adds an error to the answer beside the data: give it to the context as its `report`. */
  report(error: Error): void;
}

/** One GraphQL request on its way through the gateway. */
export interface Call {
  readonly request: GatewayRequest;
  /** Set before anything is executed. */
  context: RequestContext | undefined;
  /** True once the request was found to be GraphQL: what fails from there on is GraphQL's, not HTTP's. */
  wellFormed: boolean;
  operationName: string | null;
  operationType: string | null;
  readonly reported: Error[];
  /** The answer where the operation was executed already: it is not executed again. */
  answered: Promise<ExecutionResult> | undefined;
  /** The codes of the errors in the answer. */
  readonly codes: ErrorCode[];
}

// More errors than this say nothing more.
const MAX_REPORTED = 100;

export function newCall(request: Omit<GatewayRequest, 'report'>): Call {
  const reported: Error[] = [];
  const report = (error: Error): void => {
    if (reported.length < MAX_REPORTED && !reported.includes(error)) reported.push(error);
  };
  return {
    request: { ...request, report },
    context: undefined,
    wellFormed: false,
    operationName: null,
    operationType: null,
    reported,
    answered: undefined,
    codes: [],
  };
}
