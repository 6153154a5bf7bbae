import { buildSubgraphSchema, type GraphQLResolverMap } from '@apollo/subgraph';
import { parse } from 'graphql';
import type { ReferenceResolver, Subgraph } from '../../src/subgraphs/subgraph.js';
import {
  Block,
  blockIdOf,
  Member,
  memberIdsOf,
  MemberStub,
  numberIn,
  plainGetters,
  sealerIdOf,
  Transaction,
  transactionIds,
  TransactionStub,
  type Loaders,
  type Page,
} from './types.js';

export type Resolvers = Record<string, Record<string, (source: never, args: never, loaders: Loaders) => unknown>>;

interface Parts {
  readonly name: string;
  readonly sdl: string;
  readonly resolvers: Resolvers;
  readonly types: Readonly<Record<string, abstract new (...args: never[]) => object>>;
  readonly references: Readonly<Record<string, ReferenceResolver>>;
}

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.6", import: ["@key"])';

/** The three subgraphs of the join: one lists, one holds transactions and blocks, one holds members. */
export const joinSubgraphs = (): readonly Subgraph[] => [timeline(), ledger(), people()].map(subgraphOf);

function subgraphOf({ name, sdl, resolvers, types, references }: Parts): Subgraph {
  const full = `${LINK}\n${sdl}`;
  const all: Record<string, Record<string, unknown>> = { ...resolvers };
  for (const [type, resolve] of Object.entries(references)) all[type] = { ...all[type], __resolveReference: resolve };
  return {
    ...{ name, plainGetters, sdl: full },
    schema: buildSubgraphSchema([{ typeDefs: parse(full), resolvers: all as GraphQLResolverMap<unknown> }]),
    types: new Map(Object.entries(types).map(([type, its]) => [its, type])),
    references: new Map(Object.entries(references)),
  };
}

const timeline = (): Parts => ({
  name: 'timeline',
  sdl: `type Query { transactions(from: Int!, first: Int!): [Transaction!]! }
    type Transaction @key(fields: "id") { id: ID! position: Int! }`,
  resolvers: {
    Query: { transactions: (_: unknown, page: Page) => transactionIds(page).map((id) => new TransactionStub(id)) },
    Transaction: { position: ({ id }: TransactionStub) => numberIn(id) },
  },
  types: { Transaction: TransactionStub },
  references: { Transaction: ({ id }) => new TransactionStub(id) },
});

const ledger = (): Parts => ({
  name: 'ledger',
  sdl: `type Query { block(id: ID!): Block }
    type Transaction @key(fields: "id") { id: ID! hash: String! outcome: String! index: Int! block: Block members: [Member!]! }
    type Block @key(fields: "id") { id: ID! number: Int! hash: String! sealer: Member! }
    type Member @key(fields: "id", resolvable: false) { id: ID! }`,
  resolvers: {
    Query: { block: (_: unknown, { id }: { id: string }, { blocks }) => blocks.load(id) },
    Transaction: {
      block: ({ id }: Transaction, _: unknown, { blocks }) => blocks.load(blockIdOf(id)),
      members: ({ id }: Transaction) => memberIdsOf(id).map((member) => new MemberStub(member)),
    },
    Block: { sealer: ({ id }: Block) => new MemberStub(sealerIdOf(id)) },
  },
  types: { Transaction, Block, Member: MemberStub },
  references: {
    Transaction: ({ id }, loaders) => (loaders as Loaders).transactions.load(id),
    Block: ({ id }, loaders) => (loaders as Loaders).blocks.load(id),
  },
});

const people = (): Parts => ({
  name: 'people',
  sdl: `type Query { member(id: ID!): Member } type Member @key(fields: "id") { id: ID! name: String! status: String! }`,
  resolvers: { Query: { member: (_: unknown, { id }: { id: string }, { members }) => members.load(id) } },
  types: { Member },
  references: { Member: ({ id }, loaders) => (loaders as Loaders).members.load(id) },
});
