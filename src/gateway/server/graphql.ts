import { HeaderMap, type HTTPGraphQLResponse } from '@apollo/server';
import { catalogue, ParleyError } from '../../errors/index.js';
import { mask, type MaskedError } from '../../errors/mask.js';
import { Lru } from '../../lib/lru.js';
import { boundSource } from '../bounds/document.js';
import type { Limits } from '../bounds/limits.js';
import { newCall, type Call } from '../call.js';
import type { GraphqlServer } from './apollo.js';
import { readJsonObject } from './body.js';
import type { Answer, Incoming } from './http.js';
import { JSON_RESPONSE, negotiate, type Negotiated, type StreamFormat } from './mediaType.js';

export interface GraphqlRouteOptions {
  readonly graphql: GraphqlServer;
  readonly limits: Limits;
  readonly maxBodyBytes: number;
  /** Answers by a stream: what to answer with, or the errors that stopped the operation before it began. */
  stream(incoming: Incoming, format: StreamFormat, body: object | undefined): Promise<Answer | readonly MaskedError[]>;
}

// Longer documents are checked each time rather than remembered.
const MAX_REMEMBERED_CHARACTERS = 10_000;

// As long as a client's own; a longer one is read each time.
const MAX_ACCEPT_CHARACTERS = 300;

/** GraphQL over HTTP (https://graphql.github.io/graphql-over-http/draft/) by POST and GET. */
export function graphqlRoute(options: GraphqlRouteOptions): (incoming: Incoming) => Promise<Answer> {
  const within = new Lru<string, true>(1000);
  const boundOnce = (source: string): void => {
    if (within.get(source) === true) return;
    boundSource(source, options.limits);
    if (source.length <= MAX_REMEMBERED_CHARACTERS) within.set(source, true);
  };
  const preferences = new Lru<string, Negotiated>(100);
  const preferred = (accept = ''): Negotiated =>
    accept.length > MAX_ACCEPT_CHARACTERS ? negotiate(accept) : preferences.getOrMake(accept, () => negotiate(accept));
  return async (incoming) => {
    const negotiated = preferred(incoming.message.headers.accept);
    const responseType = negotiated.type;
    const isPost = incoming.method === 'POST';
    const body = isPost ? await readJsonObject(incoming.message, options.maxBodyBytes) : undefined;
    const call = callOf(incoming);
    const source = body === undefined ? incoming.url.searchParams.get('query') : 'query' in body ? body.query : null;
    try {
      if (typeof source === 'string') boundOnce(source);
      if (negotiated.stream !== null) return await streamed(options, incoming, negotiated, body);
    } catch (error) {
      if (error instanceof ParleyError) return refused(error, incoming, responseType);
      throw error;
    }
    return whole(options, { incoming, call, body, responseType });
  };
}

interface Asked {
  readonly incoming: Incoming;
  readonly call: Call;
  /** Of a POST. */
  readonly body: object | undefined;
  readonly responseType: string;
}

async function whole({ graphql }: GraphqlRouteOptions, { incoming, call, body, responseType }: Asked): Promise<Answer> {
  const known = body === undefined ? undefined : await graphql.answerKnown(body, call);
  if (known !== undefined) return answered(known, call, responseType);
  const headers = new HeaderMap();
  headers.set('accept', responseType);
  if (body !== undefined) headers.set('content-type', 'application/json');
  const { method, url } = incoming;
  return answerOf(await graphql.execute({ method, headers, search: url.search, body }, call), call, responseType);
}

function callOf(incoming: Incoming): Call {
  return newCall({
    requestId: incoming.requestId,
    headers: incoming.message.headers,
    remoteAddress: incoming.message.socket.remoteAddress ?? '',
    signal: incoming.signal,
  });
}

async function streamed(
  options: GraphqlRouteOptions,
  incoming: Incoming,
  { stream, type }: Negotiated,
  body: object | undefined,
): Promise<Answer> {
  const answer = await options.stream(incoming, stream ?? 'sse', body);
  return 'status' in answer ? answer : errorsAnswer(answer, type);
}

function refused(error: ParleyError, incoming: Incoming, responseType: string): Answer {
  return errorsAnswer([mask(error, { requestId: incoming.requestId, onInternal: () => undefined })], responseType);
}

/** Errors as the whole answer; the status is that of the first. */
function errorsAnswer(errors: readonly MaskedError[], responseType: string): Answer {
  const codes = errors.map(({ extensions }) => extensions.code);
  const status = catalogue[codes[0] ?? 'INTERNAL'].status;
  return {
    status: statusFor(status, responseType, true),
    headers: { 'content-type': `${responseType}; charset=utf-8`, ...(status === 405 ? { allow: 'POST' } : {}) },
    body: `${JSON.stringify({ errors })}\n`,
    codes,
  };
}

/** Under application/json a request that is GraphQL is answered with 200, whatever becomes of it; proxies give 4xx too. */
function statusFor(status: number, responseType: string, wellFormed: boolean): number {
  return status === 400 && wellFormed && responseType.startsWith(JSON_RESPONSE) ? 200 : status;
}

const answered = (body: Buffer, call: Call, responseType: string): Answer => ({
  status: 200,
  headers: { 'content-type': `${responseType}; charset=utf-8` },
  body,
  operation: { name: call.operationName, type: call.operationType },
});

function answerOf(response: HTTPGraphQLResponse, call: Call, responseType: string): Answer {
  if (response.body.kind !== 'complete') throw new ParleyError('INTERNAL', 'An answer in parts was not asked for');
  const headers: Record<string, string> = Object.fromEntries(response.headers);
  if (response.status === 405) headers['allow'] = 'POST';
  return {
    status: statusFor(response.status ?? 200, headers['content-type'] ?? responseType, call.wellFormed),
    headers,
    body: response.body.string,
    codes: call.codes,
    operation: { name: call.operationName, type: call.operationType },
  };
}
