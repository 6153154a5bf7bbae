import { valueFromASTUntyped, type FieldNode, type GraphQLField, type OperationDefinitionNode } from 'graphql';
import { ParleyError } from '../../errors/index.js';
import { bound, overLimit, type Limits } from './limits.js';

export type Variables = Readonly<Record<string, unknown>>;

/** The variables as given, with the defaults of those that were not. Not coerced: execution does that and tells what does not fit. */
export function variablesOf(operation: OperationDefinitionNode, given: Variables): Variables {
  const variables: Record<string, unknown> = {};
  for (const { variable, defaultValue } of operation.variableDefinitions ?? []) {
    const name = variable.name.value;
    if (name in given) variables[name] = given[name];
    else if (defaultValue !== undefined) variables[name] = valueFromASTUntyped(defaultValue);
  }
  return variables;
}

/** The arguments of a field as far as they can be told before execution. */
export function argumentsOf(
  node: FieldNode,
  field: GraphQLField<unknown, unknown>,
  variables: Variables,
): ReadonlyMap<string, unknown> {
  const values = new Map<string, unknown>(field.args.map(({ name, defaultValue }) => [name, defaultValue]));
  for (const { name, value } of node.arguments ?? []) {
    const given = valueFromASTUntyped(value, variables);
    if (given !== undefined) values.set(name.value, given);
  }
  return values;
}

/** The page that `first` or `last` asks for; undefined where neither does. */
export function pageOf(values: ReadonlyMap<string, unknown>): number | undefined {
  const asked = [values.get('first'), values.get('last')].filter((value) => typeof value === 'number');
  return asked.length === 0 ? undefined : Math.max(0, ...asked);
}

/**
 * @throws ParleyError PAGE_INVALID for a page over the cap, LIMIT_EXCEEDED for too many ids or list items
 */
export function boundArguments(place: string, values: ReadonlyMap<string, unknown>, limits: Limits): void {
  for (const name of ['first', 'last']) {
    const got = values.get(name);
    if (typeof got === 'number' && got > limits.pageSize)
      throw new ParleyError('PAGE_INVALID', `${place} asks for too large a page (limit \`pageSize\`)`, {
        got: `${name}: ${got}`,
        expected: `at most ${limits.pageSize}`,
      });
  }
  const ids = values.get('ids');
  if (Array.isArray(ids) && ids.length > limits.pageSize)
    throw overLimit('pageSize', `${place} asks for too many ids`, ids.length, limits.pageSize);
  for (const value of values.values()) boundLists(place, value, limits, 0);
}

// Input objects of the graph nest a handful of levels; a JSON value may be given any.
const MAX_INPUT_DEPTH = 32;

function boundLists(place: string, value: unknown, limits: Limits, depth: number): void {
  if (typeof value !== 'object' || value === null) return;
  if (depth === MAX_INPUT_DEPTH)
    throw new ParleyError('LIMIT_EXCEEDED', `An argument of ${place} nests too deeply`, {
      got: 'more',
      expected: `at most ${MAX_INPUT_DEPTH} levels`,
    });
  if (Array.isArray(value)) bound('listItems', limits, `A list in an argument of ${place} is too long`, value.length);
  for (const inner of Object.values(value)) boundLists(place, inner, limits, depth + 1);
}
