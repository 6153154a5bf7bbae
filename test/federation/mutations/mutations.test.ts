import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { setTimeout as later } from 'node:timers/promises';
import { plainSubgraph } from '../subgraph.js';
import { serve } from '../serve.js';

// Mutations whose fields belong to different subgraphs (GraphQL September 2025, 6.2.2: one after the other, in the order of the document).

const log: string[] = [];

/** A subgraph that says when a field of its began and ended. */
const shop = (name: string, waitMs: number) =>
  plainSubgraph({
    name,
    sdl: `type Query { ${name}: String } type Mutation { ${name}Buy(what: String!): ${name}Receipt } type ${name}Receipt { what: String slow: String }`,
    resolvers: {
      Query: { [name]: () => name },
      Mutation: {
        [`${name}Buy`]: async (_: unknown, { what }: { what: string }) => {
          log.push(`${what} begins`);
          await later(waitMs);
          if (what === 'nothing') throw new Error('there is none');
          log.push(`${what} ends`);
          return { what };
        },
      },
      [`${name}Receipt`]: {
        slow: async ({ what }: { what: string }) => {
          await later(5);
          log.push(`${what} is told`);
          return what;
        },
      },
    },
  });

let served: Awaited<ReturnType<typeof serve>>;
beforeAll(async () => {
  served = await serve({ subgraphs: [shop('bakery', 30), shop('mill', 1)] });
});
afterAll(() => served.gateway.close());
beforeEach(() => {
  log.length = 0;
});

describe('fields of a mutation', () => {
  test('of several subgraphs run one after the other, each with all that it selects', async () => {
    const { body } = await served.ask(
      'mutation { a: bakeryBuy(what: "bread") { slow } b: millBuy(what: "flour") { slow } c: bakeryBuy(what: "cake") { what } }',
    );
    expect(body.data).toEqual({ a: { slow: 'bread' }, b: { slow: 'flour' }, c: { what: 'cake' } });
    expect(log).toEqual([
      ...['bread begins', 'bread ends', 'bread is told'],
      ...['flour begins', 'flour ends', 'flour is told'],
      ...['cake begins', 'cake ends'],
    ]);
  });

  test('go on after one that failed', async () => {
    const { body } = await served.ask(
      'mutation { a: bakeryBuy(what: "nothing") { what } b: millBuy(what: "flour") { what } }',
    );
    expect(body.data).toEqual({ a: null, b: { what: 'flour' } });
    expect(body.errors).toEqual([expect.objectContaining({ path: ['a'] })]);
    expect(log).toEqual(['nothing begins', 'flour begins', 'flour ends']);
  });

  test('run for each who asks, though they ask alike and at once', async () => {
    const ask = () => served.ask('mutation { millBuy(what: "flour") { what } }');
    for (let round = 0; round < 2; round += 1) await Promise.all([ask(), ask(), ask()]);
    expect(log.filter((line) => line === 'flour begins')).toHaveLength(6);
  });
});
