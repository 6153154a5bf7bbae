import DataLoader from 'dataloader';
import { buildSubgraphSchema, type GraphQLResolverMap } from '@apollo/subgraph';
import { execute, buildASTSchema, isObjectType, parse, type ExecutionResult, type GraphQLSchema } from 'graphql';
import { compose } from '../src/gateway/compose/compose.js';
import { createExecutor } from '../src/gateway/execute/executor.js';
import { link } from '../src/gateway/link/link.js';
import type { ReferenceResolver, Subgraph } from '../src/subgraphs/subgraph.js';

/**
 * A nested join of 100 rows over three linked subgraphs under the gateway's executor, against one hand-merged schema of the same
 * classes, loaders and rows under graphql-js: answers compared, then timed in turns in one run. More than 1 is faster than by hand.
 *
 *     node scripts/build.js && node dist/bench/link.js
 */
const ROWS = 100;
const SECONDS = Number(process.argv[2] ?? 2);

class Context {
  readonly transactions = rows((id) => new Transaction(id));
  readonly blocks = rows((id) => new Block(id));
  readonly members = rows((id) => new Member(id));
}
const rows = <T>(make: (id: string) => T) => new DataLoader<string, T>(async (ids) => ids.map(make));

class Member {
  constructor(readonly id: string) {}
  get name() {
    return `Name of ${this.id}`;
  }
  get status() {
    return 'ACTIVE';
  }
}
class Block {
  constructor(readonly id: string) {}
  get number() {
    return Number(this.id.slice(6));
  }
  get hash() {
    return `0x${this.id}`;
  }
}
class Transaction {
  constructor(readonly id: string) {}
  get hash() {
    return `0x${this.id}`;
  }
  get outcome() {
    return 'SUCCEEDED';
  }
  get index() {
    return 1;
  }
}
class TransactionStub {
  constructor(readonly id: string) {}
}
class MemberStub {
  constructor(readonly id: string) {}
}

const blockOf = ({ id }: Transaction, _: unknown, context: Context) =>
  context.blocks.load(`block/${Number(id.slice(3)) % 20}`);
const memberIds = (id: string) => [0, 1, 2].map((i) => `member/${(Number(id.slice(3)) + i) % 10}`);
const transactionIds = Array.from({ length: ROWS }, (_, i) => `tx/${i}`);

type Resolvers = Record<string, Record<string, (source: never, args: unknown, context: Context) => unknown>>;
const subgraph = (
  name: string,
  sdl: string,
  resolvers: Resolvers,
  types: Record<string, abstract new (...args: never[]) => object>,
  references: Record<string, ReferenceResolver>,
): Subgraph => {
  const full = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.6", import: ["@key"])\n${sdl}`;
  return {
    name,
    sdl: full,
    schema: buildSubgraphSchema([{ typeDefs: parse(full), resolvers: resolvers as GraphQLResolverMap<unknown> }]),
    types: new Map(Object.entries(types).map(([type, its]) => [its, type])),
    references: new Map(Object.entries(references)),
  };
};

const subgraphs = [
  subgraph(
    'timeline',
    `type Query { transactions: [Transaction!]! }
     type Transaction @key(fields: "id") { id: ID! position: Int! }`,
    {
      Query: { transactions: () => transactionIds.map((id) => new TransactionStub(id)) },
      Transaction: { position: ({ id }: TransactionStub) => Number(id.slice(3)) },
    },
    { Transaction: TransactionStub },
    { Transaction: ({ id }) => new TransactionStub(id) },
  ),
  subgraph(
    'ledger',
    `type Transaction @key(fields: "id") { id: ID! hash: String! outcome: String! index: Int! block: Block members: [Member!]! }
     type Block @key(fields: "id") { id: ID! number: Int! hash: String! }
     type Member @key(fields: "id", resolvable: false) { id: ID! }
     type Query { block(id: ID!): Block }`,
    {
      Query: { block: (_: unknown, args, context) => context.blocks.load((args as { id: string }).id) },
      Transaction: {
        block: blockOf,
        members: ({ id }: Transaction) => memberIds(id).map((member) => new MemberStub(member)),
      },
    },
    { Transaction, Block, Member: MemberStub },
    {
      Transaction: ({ id }, context) => (context as Context).transactions.load(id),
      Block: ({ id }, context) => (context as Context).blocks.load(id),
    },
  ),
  subgraph(
    'people',
    `type Query { member(id: ID!): Member } type Member @key(fields: "id") { id: ID! name: String! status: String! }`,
    { Query: { member: (_: unknown, args, context) => context.members.load((args as { id: string }).id) } },
    { Member },
    { Member: ({ id }, context) => (context as Context).members.load(id) },
  ),
];

/** The same graph by hand: one schema, no stubs, the loaders asked where the objects are needed. */
function merged(): GraphQLSchema {
  const schema = buildASTSchema(compose(subgraphs).api);
  const byHand: Resolvers = {
    Query: { transactions: (_: unknown, __, context) => transactionIds.map((id) => context.transactions.load(id)) },
    Transaction: {
      position: ({ id }: Transaction) => Number(id.slice(3)),
      block: blockOf,
      members: ({ id }: Transaction, _, context) => memberIds(id).map((member) => context.members.load(member)),
    },
  };
  for (const [typeName, fields] of Object.entries(byHand)) {
    const type = schema.getType(typeName);
    if (!isObjectType(type)) continue;
    for (const [name, resolve] of Object.entries(fields)) {
      const field = type.getFields()[name];
      if (field !== undefined) field.resolve = resolve as unknown as NonNullable<typeof field.resolve>;
    }
  }
  return schema;
}

const document = parse(
  '{ transactions { id hash outcome index position block { id number hash } members { id name status } } }',
);
const linkedSchema = link(subgraphs, compose(subgraphs).api);
const executor = createExecutor(linkedSchema, { compileFrom: 1 });
const mergedSchema = merged();
const mergedExecutor = createExecutor(mergedSchema, { compileFrom: 1 });
const interpret = (schema: GraphQLSchema) => async () =>
  execute({ schema, document, contextValue: new Context() }) as Promise<ExecutionResult> | ExecutionResult;

const contenders: Record<string, () => Promise<ExecutionResult>> = {
  'hand-merged, graphql-js': interpret(mergedSchema),
  'linked, graphql-js': interpret(linkedSchema),
  'linked, compiled': () => executor({ document, context: new Context() }),
  'hand-merged, compiled': () => mergedExecutor({ document, context: new Context() }),
};

const answers = await Promise.all(Object.values(contenders).map(async (run) => JSON.stringify((await run()).data)));
if (new Set(answers).size !== 1) throw new Error('The contenders do not answer alike');

const best: Record<string, number> = {};
for (let round = 0; round < 4; round += 1) {
  for (const [name, run] of Object.entries(contenders)) {
    const end = performance.now() + (SECONDS * 1000) / 4;
    const started = performance.now();
    let count = 0;
    for (; performance.now() < end; count += 1) await run();
    best[name] = Math.max(best[name] ?? 0, (count * 1000) / (performance.now() - started));
  }
}
const reference = best['hand-merged, graphql-js'] ?? 1;
for (const [name, perSecond] of Object.entries(best))
  console.log(`${name.padEnd(26)} ${perSecond.toFixed(0).padStart(6)}/s   ${(perSecond / reference).toFixed(2)}×`);
