import { isObjectType } from 'graphql';
import { ParleyError } from '../../errors/index.js';
import type { Part } from './parts.js';

/** Which part made a value, and what it is. */
export interface Origin {
  readonly part: Part;
  readonly typeName: string;
}

type Class = abstract new (...args: never[]) => object;

/** Tells where a value came from by its class; a subclass counts as the nearest class that is known. */
export class Origins {
  readonly #known: Map<object, Origin | null>;

  /** @throws ParleyError COMPOSITION_FAILED where two parts claim one class. */
  constructor(parts: readonly Part[]) {
    const known = new Map<Class, Origin>();
    for (const part of parts) {
      for (const [type, typeName] of part.subgraph.types) {
        if (!isObjectType(part.subgraph.schema.getType(typeName))) continue;
        const other = known.get(type);
        if (other !== undefined) throw claimedTwice(type, other, part);
        known.set(type, { part, typeName });
      }
    }
    this.#known = new Map([...known].map(([type, origin]) => [type.prototype as object, origin]));
  }

  of(value: object): Origin | undefined {
    const prototype = Object.getPrototypeOf(value) as object | null;
    return prototype === null ? undefined : (this.#of(prototype) ?? undefined);
  }

  #of(prototype: object): Origin | null {
    const known = this.#known.get(prototype);
    if (known !== undefined) return known;
    const parent = Object.getPrototypeOf(prototype) as object | null;
    const origin = parent === null ? null : this.#of(parent);
    this.#known.set(prototype, origin);
    return origin;
  }
}

function claimedTwice(type: Class, origin: Origin, part: Part): ParleyError {
  return new ParleyError('COMPOSITION_FAILED', `The class ${type.name} stands in the types of two subgraphs`, {
    got: `${origin.part.subgraph.name} and ${part.subgraph.name}`,
    expected: 'each subgraph to declare stub classes of its own for foreign entities',
    fix: `Declare a stub class in ${part.subgraph.name}.`,
  });
}
