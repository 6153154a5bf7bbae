import type { RequestContext } from '../../subgraphs/context.js';
import type { Asked } from './asked.js';

/** What is executed together, with what was reported beside its data. */
export interface Turn {
  readonly context: RequestContext;
  readonly reported: Error[];
}

// More errors than this say nothing more.
const MAX_REPORTED = 100;

/**
 * Contexts for the items of streams. What the same operation is executed on within one turn of the process shares a context, and so
 * its loaders: ten thousand filters of one operation that meet in one block load its things once.
 */
export class Turns {
  readonly #now = new Map<string, Turn>();

  of({ prepared, context, key }: Asked): Turn {
    const name = prepared.viewer ? key : JSON.stringify([prepared.text, context.rights]);
    const known = this.#now.get(name);
    if (known !== undefined) return known;
    const reported: Error[] = [];
    const turn = {
      reported,
      context: context.again((error) => {
        if (reported.length === MAX_REPORTED || reported.some(({ message }) => message === error.message)) return;
        reported.push(error);
      }),
    };
    if (this.#now.size === 0) setImmediate(() => this.#now.clear());
    this.#now.set(name, turn);
    return turn;
  }
}
