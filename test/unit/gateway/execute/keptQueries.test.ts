import { describe, expect, test } from '@jest/globals';
import { buildSchema, getOperationAST, parse } from 'graphql';
import { compileQuery, isCompiledQuery, type CompiledQuery } from 'graphql-jit';
import { KeptQueries, type KeptQuery } from '../../../../src/gateway/execute/keptQueries.js';
import { selectionsOf } from '../../../../src/gateway/execute/selectionsOf.js';

const schema = buildSchema('type Query { name: String self: Query }');
const compile = (): CompiledQuery => {
  const compiled = compileQuery(schema, parse('{ name }'));
  if (!isCompiledQuery(compiled)) throw new Error('The query compiles');
  return compiled;
};
const query = (selections: number): KeptQuery => ({ selections, compiled: undefined });

describe('compiled queries', () => {
  test('are kept within the bound, whatever callers send; the least recently used are compiled again', () => {
    const kept = new KeptQueries(100);
    const [a, b] = [query(40), query(40)];
    kept.get(a, compile);
    kept.get(b, compile);
    kept.get(a, compile);
    for (let i = 0; i < 1000; i += 1) {
      kept.get(query(60), compile);
      expect(kept.selections).toBeLessThanOrEqual(100);
      if (i === 0) expect([a.compiled === undefined, b.compiled === undefined]).toEqual([false, true]);
    }
    expect(kept.get(b, compile)).toBe(b.compiled);
  });

  test('one that is larger than the bound is kept alone', () => {
    const kept = new KeptQueries(100);
    const large = query(500);
    expect(kept.get(large, compile)).toBe(kept.get(large, () => null));
    kept.get(query(1), compile);
    expect([large.compiled, kept.selections]).toEqual([undefined, 1]);
  });

  test('what cannot be compiled is tried once and weighs nothing', () => {
    const kept = new KeptQueries(100);
    const [never, failing] = [query(10), query(10)];
    expect([kept.get(never, () => null), kept.get(never, compile)]).toEqual([null, null]);
    kept.get(failing, compile);
    kept.refuse(failing);
    kept.refuse(never);
    expect([kept.get(failing, compile), kept.selections]).toEqual([null, 0]);
  });
});

test('selections count each fragment as often as it is spread', () => {
  const document = parse(
    '{ name ...A self { ...A } ... { name } } fragment A on Query { name self { ...B } } fragment B on Query { name }',
  );
  const operation = getOperationAST(document);
  // name, A, self, inline: 4; A twice (name, self, B, name) and its spread inside self: 9; name in the inline fragment: 1
  expect(operation && selectionsOf(operation, document)).toBe(14);
});
