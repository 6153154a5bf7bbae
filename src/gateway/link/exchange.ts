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
import { isPromise, type Found, type References } from './references.js';
import { needed, needOf, type Need } from './selection.js';

/** A field whose part may return values that have their home in another part. */
export interface Place {
  readonly part: Part;
  readonly type: GraphQLOutputType;
  /** The types that may come from here and have their home elsewhere, by name. */
  readonly foreign: ReadonlyMap<string, LinkedType>;
  /** Those of them that the part adds fields to: these fields must find the part's own value again. */
  readonly contributed: ReadonlySet<string>;
  /**
   * A root field of Query: what it may leave null (`node`, `nodes`) is looked up at home even where only the id is
   * selected, so that an id which nothing answers to gives null.
   */
  readonly root: boolean;
}

type Resolver = GraphQLFieldResolver<unknown, unknown>;
/** The types of which the selection needs the home, now or under some variables. */
interface Plan {
  /** Where it is the same under all variables. */
  readonly fixed: ReadonlySet<string> | undefined;
  readonly needs: ReadonlyMap<string, Need>;
}

/**
 * Wraps a part's resolver so that, where the selection needs the home of a value, the home's object comes out instead;
 * the fields that the part itself contributes find the value again. A value whose home knows it no more is null where
 * the place may be null, and ENTITY_MISSING where it may not.
 */
export function exchanging(place: Place, resolve: Resolver, references: References): Resolver {
  // By the array of field nodes: one for each field of a compiled operation, one for each field and execution otherwise.
  const plans = new WeakMap<object, Plan>();
  return (source, args, context, info) => {
    const value = resolve(source, args, context, info);
    if (value === null || value === undefined) return value;
    let plan = plans.get(info.fieldNodes);
    if (plan === undefined) plans.set(info.fieldNodes, (plan = planOf(place, info)));
    const types = plan.fixed ?? neededNow(plan.needs, info);
    if (types.size === 0) return value;
    const exchange = new Exchange(place, references, types, context, info);
    return isPromise(value) ? value.then((settled) => exchange.run(settled)) : exchange.run(value);
  };
}

function planOf(place: Place, info: GraphQLResolveInfo): Plan {
  const needs = new Map<string, Need>();
  for (const [name, { home }] of place.foreign) {
    if (home === undefined) continue;
    const asks = (field: string): boolean => declares(home, name, field) && !declares(place.part, name, field);
    const need = place.root && mayBeNull(place.type) ? 'always' : needOf(info, name, asks);
    if (need !== 'never') needs.set(name, need);
  }
  const fixed = [...needs.values()].every((need) => need === 'always') ? new Set(needs.keys()) : undefined;
  return { fixed, needs };
}

function neededNow(needs: ReadonlyMap<string, Need>, info: GraphQLResolveInfo): ReadonlySet<string> {
  return new Set([...needs].filter(([, need]) => needed(need, info.variableValues)).map(([name]) => name));
}

function mayBeNull(type: GraphQLOutputType): boolean {
  const nullable = getNullableType(type);
  return !isNonNullType(type) || (isListType(nullable) && mayBeNull(nullable.ofType));
}

class Exchange {
  constructor(
    readonly place: Place,
    readonly references: References,
    /** The types of which the home is needed. */
    readonly needed: ReadonlySet<string>,
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
    if (typeof value !== 'object') return value;
    const found = this.#home(value);
    if (!isNonNullType(type)) return found;
    return isPromise(found) ? found.then((settled) => this.#required(settled, value)) : this.#required(found, value);
  }

  /** One promise for the whole list; an item that fails is an error in its own place. */
  #list(value: unknown, itemType: GraphQLOutputType): unknown {
    if (typeof value !== 'object' || value === null || !(Symbol.iterator in value)) return value;
    const given = [...(value as Iterable<unknown>)];
    // Asked of the type once: a list has many items.
    const [nests, required] = [isListType(getNullableType(itemType)), isNonNullType(itemType)];
    const place = (index: number, completed: unknown): unknown =>
      completed === null && required ? this.#lost(given[index]) : completed;
    const waiting: number[] = [];
    const items = given.map((item, index) => {
      const completed = this.#item(item, itemType, nests);
      if (!isPromise(completed)) return place(index, completed);
      waiting.push(index);
      return completed;
    });
    return waiting.length === 0 ? items : filled(items, waiting, place);
  }

  /** A completed item, its error, or the promise of it. `nests`: it is a list itself. */
  #item(item: unknown, type: GraphQLOutputType, nests: boolean): unknown {
    if (isPromise(item)) return item.then((settled) => this.#complete(settled, type));
    try {
      if (nests || typeof item !== 'object' || item === null || item instanceof Error)
        return this.#complete(item, type);
      return this.#home(item);
    } catch (error) {
      return asError(error);
    }
  }

  /** What stands for an object that has no home any more; a place that was null from the start stays so. */
  #lost(item: unknown): unknown {
    return typeof item !== 'object' || item === null || isPromise(item) ? null : this.#missing(item);
  }

  /** The home's object where the selection needs it, else the value. */
  #home(value: object): Found | Promise<Found> {
    const { place, references } = this;
    const origin = references.origins.of(value);
    if (origin === undefined) throw unknownClass(value, this.info, place.part);
    const home = place.foreign.get(origin.typeName)?.home;
    if (home === undefined || home === origin.part || !this.needed.has(origin.typeName)) return value;
    // The plan was made for this part's own classes: another's would be read wrongly.
    if (origin.part !== place.part) throw unknownClass(value, this.info, place.part);
    const seed = place.contributed.has(origin.typeName) ? place.part : undefined;
    const asked = { context: this.context, info: this.info, value, typeName: origin.typeName };
    return references.load(asked, home, seed);
  }

  #required(found: Found, value: object): object {
    if (found !== null) return found;
    throw this.#missing(value);
  }

  #missing(value: object): ParleyError {
    const { typeName } = this.references.origins.of(value) ?? { typeName: this.info.returnType.toString() };
    return missing(value, typeName, this.place.foreign.get(typeName)?.home ?? this.place.part);
  }
}

/** The list once the promises at these places have settled into them. */
function filled(
  items: unknown[],
  waiting: readonly number[],
  place: (index: number, completed: unknown) => unknown,
): Promise<unknown[]> {
  return new Promise((resolve) => {
    let left = waiting.length;
    for (const index of waiting) {
      const put = (completed: unknown): void => {
        items[index] = place(index, completed);
        left -= 1;
        if (left === 0) resolve(items);
      };
      (items[index] as PromiseLike<unknown>).then(put, (error: unknown) => put(asError(error)));
    }
  });
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
