import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { catalogue, type ErrorCode } from './catalogue.js';
import { ParleyError } from './parleyError.js';

export interface MaskOptions {
  readonly requestId: string;
  /** Told of every error that is nobody's business outside: the cause of an INTERNAL. */
  onInternal(error: unknown): void;
}

/** An error as GraphQL clients see it. */
export interface MaskedError extends GraphQLFormattedError {
  readonly extensions: {
    readonly code: ErrorCode;
    readonly retryable: boolean;
    readonly fix: string;
    /** The ledger, partner or store that the error is about. */
    readonly source?: string;
    readonly details?: unknown;
    /** Where a stream that ended can be resumed. */
    readonly cursor?: string;
    /** Only with INTERNAL: by this the log has the cause. */
    readonly requestId?: string;
  };
}

/**
 * The single translation of errors towards GraphQL. What the catalogue names goes out with its words; everything else is
 * INTERNAL with the request id, and its cause goes to the log alone. No stack leaves.
 */
export function mask(error: unknown, options: MaskOptions): MaskedError {
  const place = placeOf(error);
  const known = parleyErrorOf(error);
  if (known !== undefined && known.code !== 'INTERNAL') return { ...place, ...outside(known) };
  const code = known === undefined ? codeOf(error) : undefined;
  if (code !== undefined && error instanceof GraphQLError)
    return { ...place, message: shortened(error.message), extensions: extensionsOf(code, catalogue[code].fix) };
  options.onInternal(error instanceof GraphQLError ? (error.originalError ?? error) : error);
  return {
    ...place,
    message: `Something failed inside Parley. Fix: ${catalogue.INTERNAL.fix}`,
    extensions: { ...extensionsOf('INTERNAL', catalogue.INTERNAL.fix), requestId: options.requestId },
  };
}

const LONG = /"([^"]{160,})"/g;
const SHOWN = 80;
const BEGINNING = 1_000;

/** GraphQL repeats a value that it does not take, however long, and more than once. */
function shortened(message: string): string {
  const text = message.replace(LONG, (_, value: string) => `"${value.slice(0, SHOWN)}…" (${value.length} characters)`);
  return text.length <= 2 * BEGINNING ? text : `${text.slice(0, BEGINNING)} … ${text.slice(-BEGINNING)}`;
}

function placeOf(error: unknown): Pick<GraphQLFormattedError, 'locations' | 'path'> {
  if (!(error instanceof GraphQLError)) return {};
  const { locations, path } = error;
  return { ...(locations === undefined ? {} : { locations }), ...(path === undefined ? {} : { path }) };
}

/** The catalogue's error that GraphQL wrapped, however often. */
function parleyErrorOf(error: unknown): ParleyError | undefined {
  let inner = error;
  for (let depth = 0; depth < 8 && inner instanceof GraphQLError; depth += 1) inner = inner.originalError;
  return inner instanceof ParleyError ? inner : undefined;
}

function outside(error: ParleyError): Pick<MaskedError, 'message' | 'extensions'> {
  return {
    message: error.message,
    extensions: {
      ...extensionsOf(error.code, error.fix),
      ...(error.source === undefined ? {} : { source: error.source }),
      ...(error.details === undefined ? {} : { details: error.details }),
      ...(error.cursor === undefined ? {} : { cursor: error.cursor }),
    },
  };
}

const extensionsOf = (code: ErrorCode, fix: string) => ({ code, retryable: catalogue[code].retryable, fix });

// What the GraphQL server says of requests, by its own codes: these are about the caller's words and may go out.
const TRANSLATED: Readonly<Record<string, ErrorCode>> = {
  GRAPHQL_PARSE_FAILED: 'GRAPHQL_PARSE_FAILED',
  GRAPHQL_VALIDATION_FAILED: 'GRAPHQL_VALIDATION_FAILED',
  OPERATION_RESOLUTION_FAILURE: 'BAD_REQUEST',
  BAD_REQUEST: 'BAD_REQUEST',
  BAD_USER_INPUT: 'INPUT_INVALID',
  PERSISTED_QUERY_NOT_FOUND: 'BAD_REQUEST',
  PERSISTED_QUERY_NOT_SUPPORTED: 'BAD_REQUEST',
};

function codeOf(error: unknown): ErrorCode | undefined {
  if (!(error instanceof GraphQLError)) return undefined;
  // Coercion of arguments inside execution, by graphql-js and in its words.
  if (error.path !== undefined)
    return error.originalError === undefined && error.message.startsWith('Argument "') ? 'INPUT_INVALID' : undefined;
  // Only the server's own errors carry its codes and no original but GraphQL's; a resolver's are not trusted.
  const code: unknown = error.extensions['code'];
  const ofServer = (error.originalError ?? error) instanceof GraphQLError;
  if (ofServer && typeof code === 'string') return TRANSLATED[code];
  // Coercion of variables, by graphql-js; what validation says of variables has its own code.
  return COERCION.test(error.message) ? 'INPUT_INVALID' : undefined;
}

/** The second is said after fifty of the first. */
const COERCION = /^(Variable "\$|Too many errors processing variables)/;
