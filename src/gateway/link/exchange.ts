import {
  getNullableType,
  isListType,
  isNonNullType,
  type GraphQLFieldResolver,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
} from 'graphql';
import { ParleyError } from '../../errors/index.js';
import { declares, type LinkedType, type Part } from './parts.js';
import { isPromise, type References } from './references.js';
import { needed, needOf, type Need } from './selection.js';

/** A field whose part may return values that have their home in another part. */
export interface Place {
  readonly part: Part;
  readonly type: GraphQLOutputType;
  /** The types that may come from here and have their home elsewhere, by name. */
  readonly foreign: ReadonlyMap<string, LinkedType>;
  /**
   * A root field of Query: what it may leave null (`node`, `nodes`) is looked up at home even where only the id is
   * selected, so that an id which nothing answers to gives null.
   */
  readonly root: boolean;
}

type Resolver = GraphQLFieldResolver<unknown, unknown>;
type Needs = Map<string, Need>;

/**
 * Wraps a part's resolver so that, where the selection needs the home of a value, the home's object comes out instead;
 * the fields that the part itself contributes find the value again. A value whose home knows it no more is null where
 * the place may be null, and ENTITY_MISSING where it may not.
 */
export function exchanging(place: Place, resolve: Resolver, references: References): Resolver {
  // By the array of field nodes: one for each field of a compiled operation, one for each field and execution otherwise.
  const plans = new WeakMap<object, Needs>();
  return (source, args, context, info) => {
    const value = resolve(source, args, context, info);
    if (value === null || value === undefined) return value;
    let needs = plans.get(info.fieldNodes);
    if (needs === undefined) plans.set(info.fieldNodes, (needs = plan(place, info)));
    if (needs.size === 0) return value;
    const exchange = new Exchange(place, references, needs, context, info);
    return isPromise(value) ? value.then((settled) => exchange.run(settled)) : exchange.run(value);
  };
}

/** Which foreign types need their home here, and when. */
function plan(place: Place, info: GraphQLResolveInfo): Needs {
  const needs: Needs = new Map();
  for (const [name, { home }] of place.foreign) {
    if (home === undefined) continue;
    const asks = (field: string): boolean => declares(home, name, field) && !declares(place.part, name, field);
    const need = place.root && mayBeNull(place.type) ? 'always' : needOf(info, name, asks);
    if (need !== 'never') needs.set(name, need);
  }
  return needs;
}

function mayBeNull(type: GraphQLOutputType): boolean {
  const nullable = getNullableType(type);
  return !isNonNullType(type) || (isListType(nullable) && mayBeNull(nullable.ofType));
}

class Exchange {
  constructor(
    readonly place: Place,
    readonly references: References,
    readonly needs: Needs,
    readonly context: unknown,
    readonly info: GraphQLResolveInfo,
  ) {}

  run(value: unknown): unknown {
    return this.#complete(value, this.place.type);
  }

  #complete(value: unknown, type: GraphQLOutputType): unknown {
    if (value === null || value === undefined || value instanceof Error) return value;
    const nullable = getNullableType(type);
    if (isListType(nullable)) return this.#list(value, nullable.ofType);
    return typeof value === 'object' ? this.#one(value, !isNonNullType(type)) : value;
  }

  /** One promise for the whole list; an item that fails is an error in its own place. */
  #list(value: unknown, itemType: GraphQLOutputType): unknown {
    if (typeof value !== 'object' || value === null || !(Symbol.iterator in value)) return value;
    const items = [...(value as Iterable<unknown>)].map((item) => this.#item(item, itemType));
    if (!items.some(isPromise)) return items;
    return Promise.all(items.map((item) => (isPromise(item) ? item.then(undefined, asError) : item)));
  }

  #item(item: unknown, type: GraphQLOutputType): unknown {
    if (isPromise(item)) return item.then((settled) => this.#complete(settled, type));
    try {
      return this.#complete(item, type);
    } catch (error) {
      return asError(error);
    }
  }

  #one(value: object, nullable: boolean): unknown {
    const origin = this.references.origins.of(value);
    if (origin === undefined) throw unknownClass(value, this.info, this.place.part);
    const home = this.place.foreign.get(origin.typeName)?.home;
    const need = this.needs.get(origin.typeName);
    if (home === undefined || need === undefined || home === origin.part) return value;
    // The plan was made for this part's own classes: another's would be read wrongly.
    if (origin.part !== this.place.part) throw unknownClass(value, this.info, this.place.part);
    if (!needed(need, this.info.variableValues)) return value;
    const object = this.references.load(this.context, value, origin.typeName, home);
    const finish = (found: object | null): object | null => {
      if (found !== null) this.references.seed(this.context, found, origin.part, value);
      else if (!nullable) throw missing(value, origin.typeName, home);
      return found;
    };
    return isPromise(object) ? object.then(finish) : finish(object);
  }
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

/** The error for a thing that one subgraph names and the one that should hold it does not know. */
export function missing(value: object, typeName: string, part: Part): ParleyError {
  return new ParleyError(
    'ENTITY_MISSING',
    `${typeName} is named here, and subgraph ${part.subgraph.name} does not know it`,
    {
      got: 'id' in value ? value.id : undefined,
      expected: `a ${typeName} that ${part.subgraph.name} holds and the caller may see`,
      source: part.subgraph.name,
    },
  );
}

export function unknownClass(value: object, info: GraphQLResolveInfo, part: Part): ParleyError {
  return new ParleyError(
    'INTERNAL',
    `${info.parentType.name}.${info.fieldName} of subgraph ${part.subgraph.name} gave a value of an unknown class`,
    {
      got: (Object.getPrototypeOf(value) as object | null)?.constructor.name ?? 'an object without a class',
      expected: "an instance of a class in the subgraph's `types`",
      source: part.subgraph.name,
    },
  );
}
