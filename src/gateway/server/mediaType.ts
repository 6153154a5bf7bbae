import { refusal } from './http.js';

export const JSON_RESPONSE = 'application/json';
export const GRAPHQL_RESPONSE = 'application/graphql-response+json';

export type StreamFormat = 'sse' | 'multipart';

/** What an Accept header asks for. */
export interface Negotiated {
  /** How a stream is written, where that is what the caller wants most. */
  readonly stream: StreamFormat | null;
  /** Of an answer that is whole, an error before a stream included. */
  readonly type: string;
}

interface Match {
  readonly type: string;
  readonly quality: number;
  /** How exactly the accepted range names the type: 2 type, 1 `application/*`, 0 any. */
  readonly exactness: number;
  /** The range's place in the header. */
  readonly order: number;
}

// Streams are for those who name them: no wildcard asks for one.
const EVENT_STREAM = 'text/event-stream';
const MULTIPART = 'multipart/mixed;subscriptionspec=1.0';
const STREAMS: ReadonlyMap<string, StreamFormat> = new Map([
  [EVENT_STREAM, 'sse'],
  [MULTIPART, 'multipart'],
]);

/**
 * The media type that the caller wants most (RFC 9110 section 12.5.1); JSON where it has no preference.
 * @throws Refusal NOT_ACCEPTABLE, before anything runs
 */
export function negotiate(accept: string | undefined): Negotiated {
  if (accept === undefined || accept.trim() === '') return { stream: null, type: JSON_RESPONSE };
  const ranges = accept.toLowerCase().split(',').map(rangeOf);
  const wanted = [JSON_RESPONSE, GRAPHQL_RESPONSE, ...STREAMS.keys()]
    .flatMap((type) => bestMatch(type, ranges) ?? [])
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality || b.exactness - a.exactness || a.order - b.order)
    .map(({ type }) => type);
  const [best] = wanted;
  if (best !== undefined)
    return {
      stream: STREAMS.get(best) ?? null,
      type: wanted.find((type) => !STREAMS.has(type)) ?? GRAPHQL_RESPONSE,
    };
  throw refusal('NOT_ACCEPTABLE', 'The answer can have none of the accepted media types', {
    got: accept,
    expected: `${GRAPHQL_RESPONSE} or ${JSON_RESPONSE}; for a stream ${EVENT_STREAM} or multipart/mixed;subscriptionSpec="1.0"`,
  });
}

interface Range {
  readonly name: string;
  readonly quality: number;
  readonly order: number;
}

function rangeOf(text: string, order: number): Range {
  const [name = '', ...parameters] = text.split(';').map((part) => part.trim());
  const quality = parameters.find((part) => part.startsWith('q='))?.slice(2);
  // Of multipart/mixed only Apollo's protocol of subscriptions is spoken, which a parameter names.
  const spec = parameters.some((part) => /^subscriptionspec="?1\.0"?$/.test(part));
  const full = name === 'multipart/mixed' && spec ? MULTIPART : name;
  return { name: full, quality: quality === undefined ? 1 : Number(quality) || 0, order };
}

const EXACTNESS: ReadonlyMap<string, number> = new Map([
  ['*/*', 0],
  ['application/*', 1],
]);

/** The range that names the type most exactly decides. */
function bestMatch(type: string, ranges: readonly Range[]): Match | undefined {
  const [match] = ranges
    .filter(({ name }) => name === type || (EXACTNESS.has(name) && !STREAMS.has(type)))
    .map(({ name, quality, order }) => ({ type, quality, exactness: EXACTNESS.get(name) ?? 2, order }))
    .sort((a, b) => b.exactness - a.exactness);
  return match;
}
