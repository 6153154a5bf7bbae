import { buildSubgraphSchema, type GraphQLResolverMap } from '@apollo/subgraph';
import { printSchemaWithDirectives } from '@graphql-tools/utils';
import { isAbstractType, parse, type GraphQLSchema } from 'graphql';
import { buildSchemaSync, createResolversMap, type NonEmptyArray } from 'type-graphql';
import { ParleyError } from '../errors/index.js';
import { plainGetters } from './plainGetters.js';
import type { ReferenceResolver, Subgraph } from './subgraph.js';

type AnyClass = abstract new (...args: never[]) => object;

export interface SubgraphParts {
  readonly name: string;
  readonly resolvers: NonEmptyArray<AnyClass>;
  /** Every object type of the subgraph by its name, stub classes of foreign entities included. */
  readonly types: Readonly<Record<string, AnyClass>>;
  /** Interfaces that nothing returns, but object types name. */
  readonly interfaces: readonly AnyClass[];
  readonly references: Readonly<Record<string, ReferenceResolver>>;
  /** Fields of Query that are not answered over GET. */
  readonly postOnly?: readonly string[];
}

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.6", import: ["@key", "@shareable"])\n\n';

/** Builds a Federation 2 subgraph from type-graphql's classes. Errors: `INTERNAL` where a type has no class. */
export function buildSubgraph(parts: SubgraphParts): Subgraph {
  const types = new Map(Object.entries(parts.types).map(([name, type]) => [type, name]));
  const schema = buildSchemaSync({
    resolvers: parts.resolvers,
    orphanedTypes: [...types.keys(), ...parts.interfaces],
    validate: false,
    skipCheck: true,
    pubSub: { publish: noTopics, subscribe: noTopics },
  });
  const sdl = LINK + printSchemaWithDirectives(schema).replace(/^schema \{[^}]*\}\s*/, '');
  const resolvers = resolversOf(schema, parts, types) as GraphQLResolverMap<unknown>;
  const executable = buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers }]);
  requireClasses(parts, executable);
  return {
    name: parts.name,
    sdl,
    schema: executable,
    plainGetters,
    references: new Map(Object.entries(parts.references)),
    types,
    postOnly: new Set(parts.postOnly),
  };
}

/** type-graphql will not build a Subscription without a bus; every field of ours brings a stream of its own (`subscribe`). */
const noTopics = (topic: string): never => {
  throw new TypeError(`Nothing is published by topics (${topic})`);
};

type ResolverMap = Record<string, Record<string, unknown>>;

function resolversOf(schema: GraphQLSchema, parts: SubgraphParts, types: ReadonlyMap<AnyClass, string>): ResolverMap {
  const map = createResolversMap(schema) as unknown as ResolverMap;
  for (const [name, type] of Object.entries(parts.types)) leaveGettersAlone(map[name] ?? {}, type);
  for (const [name, __resolveReference] of Object.entries(parts.references)) {
    map[name] = { ...map[name], __resolveReference };
  }
  const __resolveType = (value: object): string | undefined => types.get(value.constructor as AnyClass);
  for (const type of Object.values(schema.getTypeMap()).filter(isAbstractType)) map[type.name] = { __resolveType };
  return map;
}

/** type-graphql takes a getter for a resolver method; it only reads a property, which GraphQL does faster by itself. */
function leaveGettersAlone(fields: Record<string, unknown>, type: AnyClass): void {
  for (
    let proto = type.prototype as object;
    proto !== Object.prototype;
    proto = Object.getPrototypeOf(proto) as object
  ) {
    for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(proto))) {
      if (property.get !== undefined) delete fields[name];
    }
  }
}

function requireClasses(parts: SubgraphParts, schema: GraphQLSchema): void {
  const entity = schema.getType('_Entity');
  const entities = isAbstractType(entity) ? schema.getPossibleTypes(entity).map((type) => type.name) : [];
  const abstract = Object.values(schema.getTypeMap()).filter(isAbstractType);
  const needed = new Set(abstract.flatMap((type) => schema.getPossibleTypes(type).map(({ name }) => name)));
  const missing = [...entities, ...needed].filter((name) => parts.types[name] === undefined);
  if (missing.length === 0) return;
  throw new ParleyError('INTERNAL', `Types of the ${parts.name} subgraph have no class`, { got: missing });
}
