import { getOperationAST, parse, visit, type DocumentNode } from 'graphql';
import { ParleyError } from '../../errors/index.js';
import type { StreamRequest } from '../subscribe/subscriptions.js';

type Operation = Pick<StreamRequest, 'query' | 'operationName' | 'variables'>;

/** The operation of a POSTed body. @throws ParleyError BAD_REQUEST */
export function fromBody(body: object): Operation {
  const { query, operationName, variables } = body as Readonly<Record<string, unknown>>;
  if (typeof query !== 'string' || query === '') throw notGraphql('query', 'a document', query);
  if (operationName != null && typeof operationName !== 'string')
    throw notGraphql('operationName', 'a string', operationName);
  if (variables != null && !isRecord(variables)) throw notGraphql('variables', 'an object', variables);
  return { query, operationName: operationName ?? null, variables: variables ?? null };
}

/** The operation of a query string. @throws ParleyError BAD_REQUEST */
export function fromSearch(search: URLSearchParams): Operation {
  const variables = search.get('variables');
  return fromBody({
    query: search.get('query'),
    operationName: search.get('operationName'),
    variables: variables === null || variables === '' ? null : json(variables),
  });
}

/**
 * GET is safe (RFC 9110, 9.2.1): never a mutation, nor what does work elsewhere.
 * @throws ParleyError METHOD_NOT_ALLOWED, BAD_REQUEST, GRAPHQL_PARSE_FAILED
 */
export function boundGet({ query, operationName }: Operation, postOnly: ReadonlySet<string>, maxTokens: number): void {
  let document: DocumentNode;
  try {
    document = parse(query, { maxTokens, noLocation: true });
  } catch (cause) {
    throw new ParleyError('GRAPHQL_PARSE_FAILED', cause instanceof Error ? cause.message : String(cause), { cause });
  }
  const operation = getOperationAST(document, operationName);
  if (operation == null)
    throw new ParleyError('BAD_REQUEST', 'The document has no one operation to run', {
      got: operationName ?? 'no operationName',
      expected: 'the name of one of its operations',
    });
  const unsafe = operation.operation === 'mutation' ? 'A mutation' : firstOf(document, postOnly);
  if (unsafe === undefined) return;
  throw new ParleyError('METHOD_NOT_ALLOWED', `${unsafe} is not answered over GET`, {
    got: 'GET',
    expected: 'POST',
    fix: 'Send the operation by POST.',
  });
}

/** Before validation, so wherever in the document a field of that name stands. */
function firstOf(document: DocumentNode, names: ReadonlySet<string>): string | undefined {
  let found: string | undefined;
  visit(document, {
    Field: ({ name }) => {
      if (names.has(name.value)) found ??= `Query.${name.value}`;
    },
  });
  return found;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ParleyError('BAD_REQUEST', '`variables` is not JSON', { expected: 'a JSON object', cause });
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const notGraphql = (key: string, expected: string, got: unknown): ParleyError =>
  new ParleyError('BAD_REQUEST', `\`${key}\` is not what GraphQL over HTTP takes`, {
    got: got === null || got === undefined ? 'nothing' : Array.isArray(got) ? 'a list' : typeof got,
    expected,
  });
