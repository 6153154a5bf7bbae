import { isObjectType, type GraphQLObjectType } from 'graphql';
import type { ReferenceResolver, Subgraph } from '../../subgraphs/subgraph.js';

/** One subgraph among those that are linked. */
export interface Part {
  /** Its place in the order given: the name of its slot in every table below. */
  readonly index: number;
  readonly subgraph: Subgraph;
}

/** An object type as the linked subgraphs declare it. */
export interface LinkedType {
  readonly name: string;
  /** Every part that declares it, in order. */
  readonly parts: readonly Part[];
  /**
   * Only for entities: the part whose object stands for the thing. Where a selection needs it, a value that another part
   * returned is exchanged for it.
   */
  readonly home: Part | undefined;
}

export function partsOf(subgraphs: readonly Subgraph[]): readonly Part[] {
  return subgraphs.map((subgraph, index) => ({ index, subgraph }));
}

/** The object types of all parts by name, without those of federation itself. */
export function linkedTypes(parts: readonly Part[]): ReadonlyMap<string, LinkedType> {
  const declaring = new Map<string, Part[]>();
  for (const part of parts) {
    for (const type of Object.values(part.subgraph.schema.getTypeMap())) {
      if (!isObjectType(type) || type.name.startsWith('_')) continue;
      declaring.set(type.name, [...(declaring.get(type.name) ?? []), part]);
    }
  }
  return new Map([...declaring].map(([name, found]) => [name, { name, parts: found, home: homeOf(name, found) }]));
}

/** The part that can make the object and declares the most of it; the first of equals. */
function homeOf(name: string, parts: readonly Part[]): Part | undefined {
  const able = parts.filter((part) => part.subgraph.references.has(name));
  const [first, ...rest] = able;
  if (first === undefined) return undefined;
  return rest.reduce((best, part) => (fieldCount(part, name) > fieldCount(best, name) ? part : best), first);
}

const fieldCount = (part: Part, name: string): number => Object.keys(objectIn(part, name)?.getFields() ?? {}).length;

/** The part's own declaration of an object type. */
export function objectIn(part: Part, name: string): GraphQLObjectType | undefined {
  const type = part.subgraph.schema.getType(name);
  return isObjectType(type) ? type : undefined;
}

export function declares(part: Part, type: string, field: string): boolean {
  return objectIn(part, type)?.getFields()[field] !== undefined;
}

export function referenceOf(part: Part, type: string): ReferenceResolver | undefined {
  return part.subgraph.references.get(type);
}
