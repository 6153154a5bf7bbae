import type { GraphQLSchema } from 'graphql';

/** Turns a representation `{__typename, id}` into the subgraph's own object of that type; null where there is none that the caller may see. */
export type ReferenceResolver = (
  representation: {
    readonly __typename: string;
    readonly id: string;
    /** In this process: the `seen` of the value that stands for it, which says what of it is meant where the id says too little. */
    readonly seen?: unknown;
  },
  context: unknown,
) => unknown;

/**
 * A valid Federation v2 subgraph that does not know who runs it. Entities and members of unions and interfaces are instances of
 * the classes in `types`, so a value's class says which subgraph it came from; other values may be plain data.
 */
export interface Subgraph {
  readonly name: string;
  /** Federation 2 SDL with `@link`, as printed in schema/subgraphs/. */
  readonly sdl: string;
  /**
   * The executable subgraph schema, with `_service` and `_entities`. A field without a resolver reads a property: an own property of the
   * object must be plain data there (no promise, no function), for compiled operations read it unguarded; getters are read guarded.
   */
  readonly schema: GraphQLSchema;
  /** Getters, as `Type.field`, that never throw and give plain data: compiled operations read them unguarded, as properties. */
  readonly plainGetters?: ReadonlySet<string>;
  /** By type name: how the subgraph makes its representation of an entity that another one returned. */
  readonly references: ReadonlyMap<string, ReferenceResolver>;
  /** By class: the GraphQL type that its instances are. Stub classes of foreign entities included. */
  readonly types: ReadonlyMap<abstract new (...args: never[]) => object, string>;
  /** Fields of Query that are not safe in HTTP's sense (RFC 9110, 9.2.1): they do work elsewhere, and GET must not reach them. */
  readonly postOnly?: ReadonlySet<string>;
}
