import { plainSubgraph } from '../subgraph.js';
import { members, type MemberRow, type WorldContext } from './data.js';

export class Member {
  constructor(readonly row: MemberRow) {}
  get id() {
    return this.row.id;
  }
  get name() {
    return this.row.name;
  }
}

/** The home of members. */
export const people = () =>
  plainSubgraph({
    name: 'people',
    sdl: `
      interface Node { id: ID! }
      "A party, as its owner says."
      type Member implements Node @key(fields: "id") {
        "Stable."
        id: ID!
        name: String!
        shout(times: Int = 1, mood: Mood = LOUD): String!
        friends: [Member!]!
        role: Role!
      }
      enum Mood { LOUD CALM }
      enum Role { BUYER SELLER }
      type Query { member(id: ID!): Member members(first: Int = 3): [Member!]! }
      type Mutation { rename(input: RenameInput!): Member }
      input RenameInput { by: MemberBy! name: String! }
      input MemberBy @oneOf { id: ID name: String }
    `,
    types: { Member },
    resolvers: {
      Mood: { LOUD: '!', CALM: '.' },
      Query: {
        member: async (_: unknown, { id }: { id: string }, context: WorldContext) => {
          const row = await context.members.load(id);
          return row === null ? null : new Member(row);
        },
        members: (_: unknown, { first }: { first: number }) => members.slice(0, first).map((row) => new Member(row)),
      },
      Mutation: {
        rename: async (
          _: unknown,
          { input }: { input: { by: { id?: string }; name: string } },
          context: WorldContext,
        ) => {
          const row = await context.members.load(input.by.id ?? '');
          return row === null ? null : new Member({ ...row, name: input.name });
        },
      },
      Member: {
        role: ({ row }: Member) => (row.friends.length > 1 ? 'SELLER' : 'BUYER'),
        shout: ({ row }: Member, { times, mood }: { times: number; mood: string }) => row.name + mood.repeat(times),
        friends: async ({ row }: Member, _: unknown, context: WorldContext) => {
          const rows = await context.members.loadMany([...row.friends]);
          return rows.flatMap((found) => (found === null || found instanceof Error ? [] : [new Member(found)]));
        },
      },
    },
    references: {
      Member: async ({ id }, context) => {
        (context as WorldContext).references.push(`people:${id}`);
        const row = await (context as WorldContext).members.load(id);
        return row === null ? null : new Member(row);
      },
    },
  });
