import { OperationTypeNode, type GraphQLResolveInfo } from 'graphql';
import { ParleyError } from '../../errors/index.js';
import type { Origins } from './origins.js';
import { referenceOf, type Part } from './parts.js';

/** A part's own object of a thing; `null` where it knows of none. */
export type Found = object | null;

/** By part: its object, or the promise of it while it is made. */
type Slots = (Found | Promise<Found> | undefined)[];

/** By thing: its objects in the different parts. */
interface Known {
  /** By type and id: two maps, for joining both to one key costs more than looking twice. */
  readonly byId: Map<string, Map<string, Slots>>;
  /** Where the id says too little: by what was seen, or by the object itself. */
  readonly byObject: Map<object, Slots>;
}

/** Who asks, for what. */
export interface Asked {
  readonly context: unknown;
  readonly info: GraphQLResolveInfo;
  readonly value: object;
  readonly typeName: string;
}

/**
 * Objects that stand for one thing in different parts. Made once per request and thing: who asks again, in whatever
 * field, shares the object or its promise.
 */
export class References {
  /** By request context: gone with it. */
  readonly #requests = new WeakMap<object, Known>();

  constructor(readonly origins: Origins) {}

  /**
   * The part's object for a value that another part made; `null` where the part knows of none.
   * @param seed the part that made the value, where that must find the value again from the object
   * @throws ParleyError INTERNAL where the part cannot say, or rejects with what its reference resolver threw
   */
  load(asked: Asked, part: Part, seed?: Part): Found | Promise<Found> {
    const id = idOf(asked.value, asked.typeName);
    const known = this.#known(asked.context);
    const seen = seenOf(asked.value);
    const slots = known.byObject.get(asked.value) ?? slotsOf(known, asked, keyOf(asked, asked.value, seen ?? id));
    const present = slots[part.index];
    if (present !== undefined) return present;
    const settle = (made: unknown): Found => {
      const found = checked(made, asked.typeName, part);
      // Kept bare, so that later fields need not wait; a failure stays a rejected promise for each that asks.
      slots[part.index] = found;
      if (found === null) return null;
      // Its id would find another version of it: the object itself stands for what was seen.
      if (seen !== undefined) known.byObject.set(found, slots);
      if (seed !== undefined)
        slotsOf(known, asked, seen === undefined ? keyOf(asked, found, id) : found)[seed.index] ??= asked.value;
      return found;
    };
    const resolve = referenceOf(part, asked.typeName);
    if (resolve === undefined) throw unresolvable(asked.typeName, part);
    const made = resolve({ __typename: asked.typeName, id, seen }, asked.context);
    if (!isPromise(made)) return settle(made);
    const promise = Promise.resolve(made).then(settle);
    slots[part.index] = promise;
    return promise;
  }

  #known(context: unknown): Known {
    if (typeof context !== 'object' || context === null)
      throw new ParleyError('INTERNAL', 'The linked graph was executed without a context', { expected: 'an object' });
    let known = this.#requests.get(context);
    if (known === undefined) this.#requests.set(context, (known = { byId: new Map(), byObject: new Map() }));
    return known;
  }
}

/**
 * A thing is known by its id, or by what of it was seen; in a mutation each object is asked for anew: a field before it may have
 * changed the thing.
 */
function keyOf({ info }: Asked, object: object, name: string | object): string | object {
  return info.operation.operation === OperationTypeNode.MUTATION ? object : name;
}

/** What says which version of a thing is meant, where a value carries it. */
const seenOf = (value: object): object | undefined =>
  'seen' in value && typeof value.seen === 'object' && value.seen !== null ? value.seen : undefined;

function slotsOf({ byId, byObject }: Known, { typeName }: Asked, key: string | object): Slots {
  if (typeof key === 'object') return slotsIn(byObject, key);
  let ofType = byId.get(typeName);
  if (ofType === undefined) byId.set(typeName, (ofType = new Map()));
  return slotsIn(ofType, key);
}

function slotsIn<Key>(known: Map<Key, Slots>, key: Key): Slots {
  let slots = known.get(key);
  if (slots === undefined) known.set(key, (slots = []));
  return slots;
}

export function isPromise<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

function checked(made: unknown, typeName: string, part: Part): Found {
  if (made === null || made === undefined) return null;
  if (made instanceof Error) throw made;
  if (typeof made === 'object') return made;
  throw new ParleyError('INTERNAL', `The reference resolver of ${typeName} gave no object`, {
    got: typeof made,
    expected: `an instance of the class of ${typeName}, or null`,
    source: part.subgraph.name,
  });
}

function idOf(value: object, typeName: string): string {
  const id = (value as { readonly id?: unknown }).id;
  if (typeof id === 'string') return id;
  throw new ParleyError('INTERNAL', `A value of ${typeName} has no id to find it by in another subgraph`, {
    got: `${value.constructor.name} with an id of type ${typeof id}`,
    expected: 'a property `id` that is a string',
  });
}

function unresolvable(typeName: string, part: Part): ParleyError {
  return new ParleyError('INTERNAL', `Subgraph ${part.subgraph.name} has no reference resolver for ${typeName}`, {
    source: part.subgraph.name,
  });
}
