import { buildASTSchema, isObjectType, type GraphQLSchema } from 'graphql';
import { compose } from '../../src/gateway/compose/compose.js';
import type { Subgraph } from '../../src/subgraphs/subgraph.js';
import type { Resolvers } from './subgraphs.js';
import {
  blockIdOf,
  memberIdsOf,
  numberIn,
  sealerIdOf,
  transactionIds,
  type Block,
  type Page,
  type Transaction,
} from './types.js';

/** The same graph by hand: one schema, no stubs, the same loaders asked where the objects are needed. */
export function mergedByHand(subgraphs: readonly Subgraph[]): GraphQLSchema {
  const schema = buildASTSchema(compose(subgraphs).api);
  for (const [typeName, fields] of Object.entries(byHand)) {
    const type = schema.getType(typeName);
    if (!isObjectType(type)) throw new Error(`Got: no type ${typeName}`);
    for (const [name, resolve] of Object.entries(fields)) {
      const field = type.getFields()[name];
      if (field === undefined) throw new Error(`Got: no field ${typeName}.${name}`);
      field.resolve = resolve as unknown as NonNullable<typeof field.resolve>;
    }
  }
  return schema;
}

const byHand: Resolvers = {
  Query: {
    transactions: (_: unknown, page: Page, { transactions }) => transactionIds(page).map((id) => transactions.load(id)),
  },
  Transaction: {
    position: ({ id }: Transaction) => numberIn(id),
    block: ({ id }: Transaction, _: unknown, { blocks }) => blocks.load(blockIdOf(id)),
    members: ({ id }: Transaction, _: unknown, { members }) => memberIdsOf(id).map((member) => members.load(member)),
  },
  Block: { sealer: ({ id }: Block, _: unknown, { members }) => members.load(sealerIdOf(id)) },
};
