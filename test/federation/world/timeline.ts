import { plainSubgraph } from '../subgraph.js';
import { blocks, type BlockRow, type WorldContext } from './data.js';

/** One item of the stream. */
export class Sighting {
  constructor(readonly row: BlockRow) {}
  get kind() {
    return `seen ${this.row.id}`;
  }
  get number() {
    return this.row.number;
  }
}

/** Spans the ledgers: knows everything by its id only, and adds what it alone can say. */
export const timeline = () => {
  class Member {
    constructor(readonly id: string) {}
  }
  class RedBlock {
    constructor(readonly id: string) {}
  }
  class BlueBlock {
    constructor(readonly id: string) {}
  }
  class RedLedger {
    constructor(readonly id: string) {}
  }
  class BlueLedger {
    constructor(readonly id: string) {}
  }
  /** A red block as it was at one moment: the row is what was seen. */
  class SeenBlock extends RedBlock {
    constructor(readonly seen: BlockRow) {
      super(seen.id);
    }
  }
  const stub = (id: string) => {
    if (id.startsWith('member/')) return new Member(id);
    if (id.startsWith('red/')) return new RedBlock(id);
    if (id.startsWith('blue/')) return new BlueBlock(id);
    return id === 'red' ? new RedLedger(id) : new BlueLedger(id);
  };
  return plainSubgraph({
    name: 'timeline',
    sdl: `
      interface Node { id: ID! }
      "Not what its owner says."
      interface Block implements Node { id: ID! next: Block }
      interface Ledger implements Node { id: ID! }
      "Not what its owner says."
      type Member implements Node @key(fields: "id") { id: ID! blocks: [Block!]! count: Int! }
      type RedBlock implements Block & Node @key(fields: "id") { id: ID! next: Block }
      type BlueBlock implements Block & Node @key(fields: "id") { id: ID! next: Block }
      type RedLedger implements Ledger & Node @key(fields: "id", resolvable: false) { id: ID! }
      type BlueLedger implements Ledger & Node @key(fields: "id", resolvable: false) { id: ID! }
      union Found = Member | RedBlock | BlueBlock
      type Hit { score: Float! found: Found! }
      type Sighting { kind: String! number: Int block: Block! before: Block witness: Member }
      type Subscription { sighted(from: Int = 1): Sighting! }
      type Query {
        node(id: ID!): Node
        nodes(ids: [ID!]!): [Node]!
        blocks: [Block!]!
        block(id: ID!): Block
        search(text: String!): [Hit!]!
        ledgers: [Ledger!]!
      }
    `,
    types: { Member, RedBlock, BlueBlock, RedLedger, BlueLedger, Sighting },
    resolvers: {
      Query: {
        node: (_: unknown, { id }: { id: string }) => stub(id),
        nodes: (_: unknown, { ids }: { ids: string[] }) => ids.map(stub),
        blocks: () => blocks.map(({ id }) => stub(id)),
        block: (_: unknown, { id }: { id: string }) => stub(id),
        search: () => [...blocks.map(({ id }) => id), 'member/ann'].map((id) => ({ score: 1, found: stub(id) })),
        ledgers: () => [stub('red'), stub('blue')],
      },
      Member: {
        blocks: ({ id }: Member) => blocks.filter(({ by }) => by === id).map((row) => stub(row.id)),
        count: async ({ id }: Member) => blocks.filter(({ by }) => by === id).length,
      },
      Subscription: {
        sighted: {
          subscribe: async function* (_: unknown, { from }: { from: number }) {
            for (const row of blocks.slice(from)) yield new Sighting(row);
          },
          resolve: (sighting: Sighting) => sighting,
        },
      },
      Sighting: {
        block: ({ row }: Sighting) => (row.ledger === 'red' ? new SeenBlock(row) : stub(row.id)),
        before: ({ row }: Sighting) => (row.number === 1 ? null : stub(`${row.ledger}/${row.number - 1}`)),
        witness: async ({ row }: Sighting) => stub(row.by),
      },
      RedBlock: { next: ({ id }: RedBlock) => stub(`red/${Number(id.slice(4)) + 1}`) },
      BlueBlock: { next: () => null },
    },
    references: {
      Member: ({ id }, context) => {
        (context as WorldContext).references.push(`timeline:${id}`);
        return new Member(id);
      },
      RedBlock: ({ id }, context) => {
        (context as WorldContext).references.push(`timeline:${id}`);
        return new RedBlock(id);
      },
      BlueBlock: async ({ id }) => (id === 'blue/2' ? null : new BlueBlock(id)),
    },
  });
};
