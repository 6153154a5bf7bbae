import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';
import type { ReferenceResolver, Subgraph } from '../../src/subgraphs/subgraph.js';

type Class = abstract new (...args: never[]) => object;
type Resolvers = NonNullable<Extract<Parameters<typeof buildSubgraphSchema>[0], readonly unknown[]>[number]>;

export const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.6", import: ["@key", "@shareable"])\n';

/** A Federation 2 subgraph of plain SDL, resolvers and classes. */
export function plainSubgraph(parts: {
  readonly name: string;
  readonly sdl: string;
  readonly resolvers?: Extract<Resolvers, { resolvers?: unknown }>['resolvers'];
  readonly types?: Readonly<Record<string, Class>>;
  readonly references?: Readonly<Record<string, ReferenceResolver>>;
}): Subgraph {
  const sdl = LINK + parts.sdl;
  return {
    name: parts.name,
    sdl,
    schema: buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers: parts.resolvers ?? {} }]),
    references: new Map(Object.entries(parts.references ?? {})),
    types: new Map(Object.entries(parts.types ?? {}).map(([name, type]) => [type, name])),
  };
}
