import { describe, expect, test } from '@jest/globals';
import { graphql } from 'graphql';
import { WorldContext } from '../world/data.js';
import { linkedWorld } from '../world/index.js';

const schema = linkedWorld();
async function ask(source: string, variableValues: Record<string, unknown> = {}) {
  const context = new WorldContext();
  const result = await graphql({ schema, source, contextValue: context, variableValues });
  return {
    ...(JSON.parse(JSON.stringify(result)) as { data: unknown; errors?: { message: string; path: unknown[] }[] }),
    context,
  };
}

describe('an entity that another subgraph returned', () => {
  test('is resolved by its home, once for each object, in one batch', async () => {
    const { data, errors, context } = await ask(
      '{ blocks { id ... on RedBlock { number hue again: number by { id name } } } }',
    );
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({
      blocks: [
        { id: 'red/1', number: '1', hue: 'red2', again: '1', by: { id: 'member/bob', name: 'Bob' } },
        { id: 'red/2', by: { name: 'Cyd' } },
        { id: 'red/3', by: { name: 'Ann' } },
        { id: 'blue/1' },
        { id: 'blue/2' },
      ],
    });
    expect(context.batches).toEqual(['blocks:red/1,red/2,red/3', 'members:member/ann,member/bob,member/cyd']);
    expect(context.references.filter((asked) => asked === 'red:red/1')).toHaveLength(1);
  });

  test('is not asked for where only its id and type are selected', async () => {
    const { data, context } = await ask('{ blocks { __typename id } redBlock(number: "1") { by { __typename id } } }');
    expect(data).toMatchObject({ redBlock: { by: { __typename: 'Member', id: 'member/bob' } } });
    expect(context.references).toEqual([]);
  });

  test('is asked for only where @include and @skip let a field of its home stand', async () => {
    const source =
      'query ($a: Boolean!) { blocks { id ...F @include(if: $a) ... @skip(if: $a) { id } } } fragment F on Block { number }';
    expect((await ask(source, { a: false })).context.references).toEqual([]);
    expect((await ask(source, { a: true })).context.references).toHaveLength(5);
  });

  test('keeps the fields that a third subgraph adds, each on that subgraph’s own object', async () => {
    const { data, errors, context } = await ask(
      '{ redBlock(number: "1") { by { name count blocks { id ... on RedBlock { number } } friends { name count } } next { id number next { id } } } }',
    );
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      redBlock: {
        by: {
          name: 'Bob',
          count: 1,
          blocks: [{ id: 'red/1', number: '1' }],
          friends: [
            { name: 'Ann', count: 1 },
            { name: 'Cyd', count: 1 },
          ],
        },
        next: { id: 'red/2', number: '2', next: { id: 'red/3' } },
      },
    });
    expect(new Set(context.references).size).toBe(context.references.length);
  });

  test('is found by node and nodes; an id that nothing answers to is null', async () => {
    const { data, errors } = await ask(
      '{ node(id: "member/ghost") { id } nodes(ids: ["member/ann", "red/9", "red/1", "red"]) { __typename id ... on Member { name } ... on Ledger { name } } }',
    );
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      node: null,
      nodes: [
        { __typename: 'Member', id: 'member/ann', name: 'Ann' },
        null,
        { __typename: 'RedBlock', id: 'red/1' },
        { __typename: 'RedLedger', id: 'red', name: 'Red' },
      ],
    });
  });

  test('that its home does not know is null where it may be, and a typed error where it may not', async () => {
    const nullable = await ask('{ blueBlock(number: "1") { number by { name } } }');
    expect(nullable).toMatchObject({ data: { blueBlock: { number: '1', by: null } } });
    expect(nullable.errors).toBeUndefined();
    const required = await ask('{ blueBlock(number: "1") { number mustBy { name } } ledgers { name } }');
    expect(required.data).toEqual({ blueBlock: null, ledgers: [{ name: 'Red' }, { name: 'Blue' }] });
    expect(required.errors).toHaveLength(1);
    expect(required.errors?.[0]?.path).toEqual(['blueBlock', 'mustBy']);
    expect(required.errors?.[0]?.message).toMatch(
      /^Member is named here, and subgraph people does not know it\. Got: member\/ghost\./,
    );
  });

  test('that a contributing subgraph does not know leaves its nullable fields null', async () => {
    const { data, errors } = await ask('{ blueBlock(number: "2") { number next { id } } }');
    expect(errors).toBeUndefined();
    expect(data).toEqual({ blueBlock: { number: '2', next: null } });
  });

  test('stands in lists with nulls and promises', async () => {
    const { data, errors } = await ask(
      '{ blueBlock(number: "1") { witnesses { name } } redBlock(number: "1") { witnesses { name } } }',
    );
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      blueBlock: { witnesses: [null, null, { name: 'Ann' }] },
      redBlock: { witnesses: [{ name: 'Bob' }, null, { name: 'Ann' }] },
    });
  });

  test('stands in unions and interfaces, by its class', async () => {
    const { data, errors } = await ask(
      '{ search(text: "x") { found { __typename ... on Member { name } ... on Block { number lag { blocks seconds } ledger { __typename name } } } } }',
    );
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({
      search: [
        {
          found: {
            __typename: 'RedBlock',
            number: '1',
            lag: { blocks: '1', seconds: 0.5 },
            ledger: { __typename: 'RedLedger', name: 'Red' },
          },
        },
        {},
        {},
        { found: { __typename: 'BlueBlock', ledger: { __typename: 'BlueLedger' } } },
        {},
        { found: { __typename: 'Member', name: 'Ann' } },
      ],
    });
  });
});
