import { describe, expect, test } from '@jest/globals';
import { buildSchema, getVariableValues, GraphQLError, Kind, parse, type VariableDefinitionNode } from 'graphql';
import { ParleyError } from '../../../src/errors/index.js';
import { mask } from '../../../src/errors/mask.js';

function masked(error: unknown) {
  const causes: unknown[] = [];
  const result = mask(error, { requestId: 'r-1', onInternal: (cause) => causes.push(cause) });
  return { result, causes };
}
const within = (error: Error) => new GraphQLError(error.message, { path: ['a', 0], originalError: error });

describe('an error towards GraphQL', () => {
  test('of the catalogue keeps its words, place, source and details', () => {
    const error = new ParleyError('EVALUATE_FAILED', 'The peer refused', {
      got: 'x',
      source: 'trade',
      details: ['no'],
    });
    const { result, causes } = masked(within(within(error)));
    expect(result).toEqual({
      message: error.message,
      path: ['a', 0],
      extensions: { code: 'EVALUATE_FAILED', retryable: false, fix: error.fix, source: 'trade', details: ['no'] },
    });
    expect(causes).toEqual([]);
  });

  test.each([
    ['an unknown error', within(new TypeError('secret of /etc/x'))],
    ['a thrown string', 'secret'],
    [
      'a resolver that returned null where it may not',
      within(new Error('Cannot return null for non-nullable field A.b.')),
    ],
    ['a defect', new ParleyError('INTERNAL', 'secret', { details: 'secret' })],
    [
      'an error that only looks like the server’s own',
      new GraphQLError('secret', { path: ['a'], extensions: { code: 'BAD_REQUEST', secret: 1 } }),
    ],
    [
      'a foreign error behind a server’s code',
      new GraphQLError('secret', { originalError: new Error('secret'), extensions: { code: 'BAD_REQUEST' } }),
    ],
  ])('%s is INTERNAL, its cause told to the log alone', (_, error) => {
    const { result, causes } = masked(error);
    expect(JSON.stringify(result)).not.toMatch(/secret|stack|non-nullable/);
    expect(result.extensions).toMatchObject({ code: 'INTERNAL', retryable: false, requestId: 'r-1' });
    expect(causes).toHaveLength(1);
  });

  test.each([
    [
      'GRAPHQL_VALIDATION_FAILED',
      new GraphQLError('Cannot query field "x"', { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }),
    ],
    ['BAD_REQUEST', new GraphQLError('Unknown operation', { extensions: { code: 'OPERATION_RESOLUTION_FAILURE' } })],
    ['INPUT_INVALID', new GraphQLError('Variable "$n" got invalid value 1', { originalError: new Error('inner') })],
    ['INPUT_INVALID', new GraphQLError('Argument "n" of required type "Int!"', { path: ['a'] })],
  ])('%s of the GraphQL server keeps its words', (code, error) => {
    const { result, causes } = masked(error);
    expect(result.extensions.code).toBe(code);
    expect(result.message).toBe(error.message);
    expect(causes).toEqual([]);
  });

  test('a value that does not fit is repeated in part, however long it is, and what was expected is kept', () => {
    const schema = buildSchema('type Query { a(n: Int): Int }');
    const [definition] = parse('query ($n: Int) { a(n: $n) }').definitions;
    const variables = definition?.kind === Kind.OPERATION_DEFINITION ? (definition.variableDefinitions ?? []) : [];
    const { errors } = getVariableValues(schema, variables as VariableDefinitionNode[], { n: 'x'.repeat(100_000) });
    const { message, extensions } = masked(errors?.[0]).result;
    expect(extensions.code).toBe('INPUT_INVALID');
    expect(message).toMatch(
      /^Variable "\$n" got invalid value "x{80}…" \(100000 characters\); Int cannot represent [a-z-]+ value: "x{80}…" \(100000 characters\)$/,
    );
  });

  test('more wrong variables than graphql-js counts are the caller’s mistake, the last word too', () => {
    const values = { ids: Array.from({ length: 60 }, () => false) };
    const { errors = [] } = getVariableValues(
      buildSchema('type Query { a(ids: [Int!]): Int }'),
      variablesOf('query ($ids: [Int!]) { a(ids: $ids) }'),
      values,
      { maxErrors: 50 },
    );
    expect(errors.length).toBe(51);
    for (const error of errors)
      expect(masked(error)).toMatchObject({ result: { extensions: { code: 'INPUT_INVALID' } }, causes: [] });
  });
});

function variablesOf(source: string): readonly VariableDefinitionNode[] {
  const [operation] = parse(source).definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('No operation');
  return operation.variableDefinitions ?? [];
}
