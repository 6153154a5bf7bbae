import { Directive, Field, ID, InterfaceType, ObjectType } from 'type-graphql';
import type { Seen } from './seen.js';

type InterfaceClass = abstract new (...args: never[]) => object;

/** A foreign entity as a subgraph knows it: its id, and the version that is meant where that is not the one of the id. */
export type StubClass = new (id: string, seen?: Seen) => Stub;
export interface Stub {
  readonly id: string;
  readonly seen?: Seen | undefined;
}

/** The interface of everything with an id; each subgraph has its own class of it. */
export function nodeInterface() {
  @InterfaceType('Node')
  abstract class Node {
    @Field(() => ID)
    id!: string;
  }
  return Node;
}

/** An interface of which a subgraph knows no more than that its things have ids. */
export function interfaceStub(name: string, Node: InterfaceClass) {
  @InterfaceType(name, { implements: Node })
  abstract class InterfaceStub {
    id!: string;
  }
  return InterfaceStub;
}

/** `contributes`: the subgraph adds fields to the entity, so it can make its own representation of it from the id. */
export function entityStub(
  name: string,
  interfaces: readonly InterfaceClass[],
  options: { readonly contributes?: boolean } = {},
): StubClass {
  @Directive(options.contributes === true ? '@key(fields: "id")' : '@key(fields: "id", resolvable: false)')
  @ObjectType(name, { implements: [...interfaces], simpleResolvers: true })
  class EntityStub {
    constructor(
      readonly id: string,
      readonly seen?: Seen,
    ) {}
  }
  return EntityStub;
}
