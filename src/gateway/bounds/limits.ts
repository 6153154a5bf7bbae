import { ParleyError } from '../../errors/index.js';

/** How large an operation may be; all of it is checked before anything is executed. */
export interface Limits {
  /** Fields inside fields. */
  readonly depth: number;
  /** Total cost by the formula of cost.ts. */
  readonly cost: number;
  /** The largest `first`, `last` and number of `ids`. */
  readonly pageSize: number;
  /** Lexical tokens of a document. */
  readonly queryTokens: number;
  /** Selections in one selection set. */
  readonly breadth: number;
  /** Fields at the root of one operation, fragments expanded. */
  readonly rootFields: number;
  readonly aliases: number;
  readonly directives: number;
  /** Selections of one operation, every fragment counted as often as it is spread. */
  readonly selections: number;
  /** Items of a list given as an argument or inside one. */
  readonly listItems: number;
  /** Fields inside fields below `__schema` and `__type`: the introspection query of GraphQL's reference implementation needs 15. */
  readonly introspectionDepth: number;
}

/** running.md's defaults, and bounds that no honest operation comes near. */
export const defaultLimits: Limits = {
  depth: 12,
  cost: 10_000,
  pageSize: 100,
  queryTokens: 4000,
  breadth: 100,
  rootFields: 20,
  aliases: 50,
  directives: 50,
  selections: 2000,
  listItems: 1000,
  introspectionDepth: 20,
};

/** The refusal of an operation that is over a limit: says which, how far over, and what is allowed. */
export function overLimit(limit: keyof Limits, what: string, got: number | string, allowed: number): ParleyError {
  return new ParleyError('LIMIT_EXCEEDED', `${what} (limit \`${limit}\`)`, { got, expected: `at most ${allowed}` });
}

export function bound(limit: keyof Limits, limits: Limits, what: string, got: number): void {
  if (got > limits[limit]) throw overLimit(limit, what, got, limits[limit]);
}
