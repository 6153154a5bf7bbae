import { GraphQLScalarType, Kind } from 'graphql';
import { plainSubgraph } from '../subgraph.js';
import { blocks, type BlockRow, type WorldContext } from './data.js';

const bigInt = new GraphQLScalarType({
  name: 'BigInt',
  serialize: (value) => String(value),
  parseValue: (value) => BigInt(value as string),
  parseLiteral: (node) => (node.kind === Kind.STRING || node.kind === Kind.INT ? BigInt(node.value) : undefined),
});

/** The home of one colour's ledger and blocks; members are foreign to it. */
export const ledger = (colour: 'Red' | 'Blue') => {
  class Block {
    constructor(readonly row: BlockRow) {}
    get id() {
      return this.row.id;
    }
    get number() {
      return BigInt(this.row.number);
    }
  }
  class Ledger {
    readonly id = colour.toLowerCase();
    readonly name = colour;
  }
  class Member {
    constructor(readonly id: string) {}
  }
  const lower = colour.toLowerCase();
  const find = async (id: string, context: WorldContext) => {
    const row = await context.blocks.load(id);
    return row === null ? null : new Block(row);
  };
  return plainSubgraph({
    name: lower,
    sdl: `
      scalar BigInt @specifiedBy(url: "https://example.org/bigint")
      interface Node { id: ID! }
      "A block of any ledger."
      interface Block implements Node { id: ID! number: BigInt! by: Member mustBy: Member! ledger: Ledger! lag: Lag }
      interface Ledger implements Node { id: ID! name: String! }
      type Lag @shareable { blocks: BigInt! seconds: Float! }
      type ${colour}Ledger implements Ledger & Node @key(fields: "id") { id: ID! name: String! }
      type ${colour}Block implements Block & Node @key(fields: "id") {
        id: ID! number: BigInt! by: Member mustBy: Member! ledger: Ledger! lag: Lag
        hue(more: BigInt = "1"): String
        siblings: [${colour}Block]!
        witnesses: [Member]!
      }
      type Member implements Node @key(fields: "id", resolvable: false) { id: ID! }
      type Query { ${lower}Block(number: BigInt!): ${colour}Block }
    `,
    types: { [`${colour}Block`]: Block, [`${colour}Ledger`]: Ledger, Member },
    resolvers: {
      BigInt: bigInt,
      Query: {
        [`${lower}Block`]: (_: unknown, { number }: { number: bigint }, context: WorldContext) =>
          find(`${lower}/${number}`, context),
      },
      [`${colour}Block`]: {
        by: ({ row }: Block) => new Member(row.by),
        mustBy: ({ row }: Block) => new Member(row.by),
        ledger: () => new Ledger(),
        lag: ({ row }: Block) => ({ blocks: BigInt(row.number), seconds: 0.5 }),
        hue: (_: Block, { more }: { more: bigint }) => `${lower}${more + 1n}`,
        siblings: ({ row }: Block) => blocks.filter((b) => b.ledger === row.ledger).map((b) => new Block(b)),
        witnesses: ({ row }: Block) => [new Member(row.by), null, Promise.resolve(new Member('member/ann'))],
      },
    },
    references: {
      [`${colour}Block`]: ({ id, seen }, context) => {
        if (seen !== undefined) return new Block(seen as BlockRow);
        (context as WorldContext).references.push(`${lower}:${id}`);
        return find(id, context as WorldContext);
      },
      [`${colour}Ledger`]: ({ id }) => (id === lower ? new Ledger() : null),
    },
  });
};
