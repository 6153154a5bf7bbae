import { refusal } from './http.js';

export const JSON_RESPONSE = 'application/json';
export const GRAPHQL_RESPONSE = 'application/graphql-response+json';

interface Match {
  readonly type: string;
  readonly quality: number;
  /** How exactly the accepted range names the type: 2 type, 1 `application/*`, 0 any. */
  readonly exactness: number;
  /** The range's place in the header. */
  readonly order: number;
}

/**
 * The media type that the caller wants most (RFC 9110 section 12.5.1); JSON where it has no preference.
 * @throws Refusal NOT_ACCEPTABLE, before anything runs
 */
export function negotiate(accept: string | undefined): string {
  if (accept === undefined || accept.trim() === '') return JSON_RESPONSE;
  const ranges = accept.toLowerCase().split(',').map(rangeOf);
  const [best] = [JSON_RESPONSE, GRAPHQL_RESPONSE]
    .flatMap((type) => bestMatch(type, ranges) ?? [])
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality || b.exactness - a.exactness || a.order - b.order);
  if (best !== undefined) return best.type;
  throw refusal('NOT_ACCEPTABLE', 'The answer can have none of the accepted media types', {
    got: accept,
    expected: `${GRAPHQL_RESPONSE} or ${JSON_RESPONSE}`,
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
  return { name, quality: quality === undefined ? 1 : Number(quality) || 0, order };
}

const EXACTNESS: ReadonlyMap<string, number> = new Map([
  ['*/*', 0],
  ['application/*', 1],
]);

/** The range that names the type most exactly decides. */
function bestMatch(type: string, ranges: readonly Range[]): Match | undefined {
  const [match] = ranges
    .filter(({ name }) => name === type || EXACTNESS.has(name))
    .map(({ name, quality, order }) => ({ type, quality, exactness: EXACTNESS.get(name) ?? 2, order }))
    .sort((a, b) => b.exactness - a.exactness);
  return match;
}
