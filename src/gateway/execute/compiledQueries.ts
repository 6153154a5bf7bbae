import { GraphQLError, type ExecutionResult, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import { compileQuery, isCompiledQuery, type CompiledQuery } from 'graphql-jit';
import { Lru } from '../../lib/lru.js';
import { conditionsOf, conditionValues, withoutConditions, type Conditions } from './conditions.js';
import type { Execution } from './executor.js';

interface Entry {
  readonly conditions: Conditions;
  /** By the values of the variables that @skip and @include ask; null where graphql-jit cannot do it. */
  readonly variants: Map<string, CompiledQuery | null>;
}

// An operation has 2^n variants of n deciding variables: beyond these it is interpreted.
const MAX_VARIANTS = 16;

/** The compiled queries of one schema, the least recently used forgotten. */
export class CompiledQueries {
  readonly #entries: Lru<OperationDefinitionNode, Entry>;

  constructor(
    readonly schema: GraphQLSchema,
    cacheSize: number,
  ) {
    this.#entries = new Lru(cacheSize);
  }

  /** Undefined where the query must be interpreted: it cannot be compiled, or fails as a whole, which graphql-js never does. */
  async run(operation: OperationDefinitionNode, execution: Execution): Promise<ExecutionResult | undefined> {
    const entry = this.#entries.getOrMake(operation, () => ({
      conditions: conditionsOf(execution.document),
      variants: new Map(),
    }));
    const values = conditionValues(entry.conditions, operation, execution.variables ?? {});
    if (values === undefined) return undefined;
    const key = JSON.stringify(values);
    if (!entry.variants.has(key)) {
      if (entry.variants.size === MAX_VARIANTS) return undefined;
      entry.variants.set(key, this.#compile(entry.conditions, values, execution));
    }
    const compiled = entry.variants.get(key);
    if (compiled === undefined || compiled === null) return undefined;
    try {
      return withGraphqlErrors(await compiled.query(undefined, execution.context, { ...execution.variables }));
    } catch {
      entry.variants.set(key, null);
      return undefined; // Nothing is lost: graphql-js runs the same query and reports what fails, in its place.
    }
  }

  #compile(
    conditions: Conditions,
    values: Readonly<Record<string, boolean>>,
    execution: Execution,
  ): CompiledQuery | null {
    const document = conditions.any ? withoutConditions(execution.document, values) : execution.document;
    const compiled = compileQuery(this.schema, document, execution.operationName ?? undefined, {
      disablingCapturingStackErrors: true,
    });
    return isCompiledQuery(compiled) ? compiled : null;
  }
}

/** graphql-jit's errors are its own: they lack what GraphQL's always have (`extensions`). */
function withGraphqlErrors(result: ExecutionResult): ExecutionResult {
  if (result.errors === undefined) return result;
  const errors = result.errors.map(({ message, path, locations, originalError }) =>
    Object.assign(new GraphQLError(message, { path, originalError }), { locations }),
  );
  return { ...result, errors };
}
