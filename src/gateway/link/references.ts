import { ParleyError } from '../../errors/index.js';
import type { Origins } from './origins.js';
import { referenceOf, type Part } from './parts.js';

/** By part: its own object of the thing, the promise of it while it is made, `null` where it knows of none. */
type Slots = (object | null | Promise<object | null> | undefined)[];

/**
 * Objects that stand for one thing in different parts. Made once per request and object: who asks again, in whatever
 * field, shares the object or its promise.
 */
export class References {
  /** By request context, then by object: gone with the request. */
  readonly #requests = new WeakMap<object, WeakMap<object, Slots>>();

  constructor(readonly origins: Origins) {}

  /**
   * The part's object for a value that another part made; `null` where the part knows of none.
   * @throws ParleyError INTERNAL where the part cannot say, or rejects with what its reference resolver threw.
   */
  load(context: unknown, value: object, typeName: string, part: Part): object | null | Promise<object | null> {
    const slots = this.#slots(context, value);
    const present = slots[part.index];
    if (present !== undefined) return present;
    const made = this.#make(context, value, typeName, part);
    slots[part.index] = made;
    if (!(made instanceof Promise)) return made;
    // Settled objects are kept bare, so that later fields need not wait; a failure stays a rejected promise for each that asks.
    made.then(
      (object) => {
        slots[part.index] = object;
      },
      () => undefined,
    );
    return made;
  }

  /** Makes known that `origin`, which `part` returned, stands for the same thing as `value`. */
  seed(context: unknown, value: object, part: Part, origin: object): void {
    this.#slots(context, value)[part.index] ??= origin;
  }

  #make(context: unknown, value: object, typeName: string, part: Part): object | null | Promise<object | null> {
    const resolve = referenceOf(part, typeName);
    if (resolve === undefined) throw unresolvable(typeName, part);
    const made = resolve({ __typename: typeName, id: idOf(value, typeName) }, context);
    if (isPromise(made)) return Promise.resolve(made).then((object) => checked(object, typeName, part));
    return checked(made, typeName, part);
  }

  #slots(context: unknown, value: object): Slots {
    if (typeof context !== 'object' || context === null)
      throw new ParleyError('INTERNAL', 'The linked graph was executed without a context', { expected: 'an object' });
    let objects = this.#requests.get(context);
    if (objects === undefined) this.#requests.set(context, (objects = new WeakMap()));
    let slots = objects.get(value);
    if (slots === undefined) objects.set(value, (slots = []));
    return slots;
  }
}

export function isPromise<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

function checked(made: unknown, typeName: string, part: Part): object | null {
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
