import { describe, expect, test } from '@jest/globals';
import {
  buildSchema,
  getOperationAST,
  Kind,
  parse,
  type DocumentNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
} from 'graphql';
import { boundOperation } from '../../../src/gateway/bounds/cost.js';
import { boundSource } from '../../../src/gateway/bounds/document.js';
import { boundMethod } from '../../../src/gateway/bounds/method.js';
import { defaultLimits, type Limits } from '../../../src/gateway/bounds/limits.js';

const schema = buildSchema(`
  type Query { rows(first: Int, last: Int): RowConnection! node(id: ID!): Row nodes(ids: [ID!]!): [Row]! search(text: [String!]! first: Int = 30): RowConnection! self: Query }
  type RowConnection { edges: [RowEdge!]! pageInfo: Int totalCount: Int }
  type RowEdge { cursor: String! node: Row! }
  type Row { id: ID! name: String ledger: Ledger! block: Block members: [Member!]! rows(first: Int): RowConnection! balance(at: Int): Int }
  type Ledger { id: ID! name: String } type Block { number: Int } type Member { id: ID! name: String }
`);
function cost(source: string, variables: Record<string, unknown> = {}, limits: Partial<Limits> = {}): number {
  const document = parse(source);
  const operation = getOperationAST(document);
  if (operation === null || operation === undefined) throw new Error('no operation');
  const fragments = fragmentsOf(document);
  return boundOperation({ schema, operation, fragments, variables }, { ...defaultLimits, ...limits });
}
const fragmentsOf = (document: DocumentNode) =>
  new Map(
    document.definitions
      .filter((node): node is FragmentDefinitionNode => node.kind === Kind.FRAGMENT_DEFINITION)
      .map((node) => [node.name.value, node]),
  );
const shape = (source: string, limits: Partial<Limits> = {}): void =>
  boundSource(source, { ...defaultLimits, ...limits });
const nested = (field: string, depth: number): string =>
  `${`{ ${field} `.repeat(depth)}{ __typename }${' }'.repeat(depth)}`;

describe('the shape of a document', () => {
  test.each<[keyof Limits, string, Partial<Limits>]>([
    ['queryTokens', `{ ${'a '.repeat(60)} }`, { queryTokens: 50 }],
    ['breadth', `{ ${'a '.repeat(101)} }`, {}],
    ['rootFields', `{ ${Array.from({ length: 21 }, (_, i) => `a${i}`).join(' ')} }`, {}],
    ['rootFields', `{ ...F ...F } fragment F on Query { ${'a '.repeat(11)} }`, {}],
    ['aliases', `{ self { ${Array.from({ length: 51 }, (_, i) => `a${i}: self { __typename }`).join(' ')} } }`, {}],
    ['directives', `{ self ${'@include(if: true) '.repeat(51)} { __typename } }`, {}],
    ['depth', nested('self', 13), {}],
    ['introspectionDepth', `{ __schema { types ${nested('ofType', 21)} } }`, {}],
  ])('is bounded: %s', (limit, source, limits) => {
    expect(() => shape(source, limits)).toThrow(
      new RegExp(`\\(limit \`${limit}\`\\)\\. Got: .+\\. Expected: at most \\d+\\. Fix: `),
    );
  });

  test('an expansion that is exponential is measured, not made', () => {
    const fragments = Array.from(
      { length: 60 },
      (_, i) => `fragment F${i} on Query { self { ...F${i + 1} } again: self { ...F${i + 1} } }`,
    );
    // Made, it would be 2^60 selections.
    const started = performance.now();
    expect(() =>
      shape(`{ ...F0 } ${fragments.join(' ')} fragment F60 on Query { self { __typename } }`, {
        aliases: 100,
        depth: 100,
      }),
    ).toThrow(/limit `selections`/);
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  test('a fragment that spreads itself ends', () => {
    expect(() => shape('{ ...F } fragment F on Query { self { ...F } }')).not.toThrow();
  });

  test('what does not parse is left to the parser', () => {
    expect(() => shape('{ self {')).not.toThrow();
  });

  test('the reference introspection query passes', async () => {
    const { getIntrospectionQuery } = await import('graphql');
    const full = getIntrospectionQuery({
      descriptions: true,
      specifiedByUrl: true,
      directiveIsRepeatable: true,
      schemaDescription: true,
      inputValueDeprecation: true,
      oneOf: true,
    });
    expect(() => shape(full)).not.toThrow();
  });
});

describe('the cost of an operation', () => {
  test.each([
    ['{ __typename }', 0],
    ['{ node(id: "x") { id name } }', 1],
    ['{ node(id: "x") { balance(at: 1) } }', 2],
    ['{ rows(first: 100) { edges { cursor node { id name } } } }', 1 + 100 * (1 + 1)],
    ['{ rows { edges { node { id } } } }', 1 + 20 * 2],
    ['{ rows(last: 3) { totalCount edges { node { ledger { name } } } } }', 1 + 3 * (1 + 1 + 1)],
    ['{ search(text: "x") { edges { cursor } } }', 1 + 30],
    ['{ nodes(ids: ["a", "b", "c"]) { ledger { id } } }', 3 * 2],
    ['{ node(id: "x") { members { name } } }', 1 + 10],
    ['{ __schema { types { name } } }', 100],
    ['query ($n: Int = 7) { rows(first: $n) { edges { cursor } } }', 1 + 7],
    ['{ ...F } fragment F on Query { node(id: "x") { ... on Row { ledger { id } } } }', 2],
    ['{ node(id: "x") @skip(if: true) { ledger { id } } self { __typename } }', 1],
  ])('%s', (source, expected) => {
    expect(cost(source)).toBe(expected);
  });

  test('a flat page of 100 with one level of joins fits', () => {
    expect(
      cost(
        '{ rows(first: 100) { edges { node { id name ledger { id name } block { number } members { id name } } } } }',
      ),
    ).toBeLessThan(10_000);
  });

  test('pages in pages do not', () => {
    expect(() =>
      cost('{ rows(first: 100) { edges { node { rows(first: 100) { edges { node { id } } } } } } }'),
    ).toThrow(/^The operation costs too much \(limit `cost`\)\. Got: \d+\. Expected: at most 10000\. Fix: /);
  });

  test('sizes come from variables too', () => {
    const source = 'query ($n: Int!, $ids: [ID!]!) { rows(first: $n) { edges { cursor } } nodes(ids: $ids) { id } }';
    expect(() => cost(source, { n: 101, ids: [] })).toThrow(
      /Query\.rows asks for too large a page \(limit `pageSize`\)\. Got: first: 101\. Expected: at most 100/,
    );
    expect(() => cost(source, { n: 1, ids: Array(101).fill('x') })).toThrow(
      /Query\.nodes asks for too many ids .*Got: 101\. Expected: at most 100/,
    );
    expect(() =>
      cost('query ($t: [String!]!) { search(text: $t) { totalCount } }', { t: Array(1001).fill('x') }),
    ).toThrow(/limit `listItems`/);
  });
});

describe('GET', () => {
  const get = (source: string): void => {
    const document = parse(source);
    boundMethod(getOperationAST(document) as OperationDefinitionNode, fragmentsOf(document), new Set(['run']));
  };
  test.each([
    '{ run { id } }',
    '{ a: run { id } }',
    '{ ... { self { id } run { id } } }',
    'query A { ...F } fragment F on Query { ...G } fragment G on Query { run { id } }',
  ])('does not reach what does work elsewhere: %s', (source) => {
    expect(() => get(source)).toThrow(/Query\.run is not answered over GET/);
  });
  test('reaches all else', () => {
    expect(() => get('{ self { run { id } } }')).not.toThrow();
  });
});
