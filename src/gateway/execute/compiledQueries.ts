import { GraphQLError, type ExecutionResult, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import { compileQuery, isCompiledQuery, type CompiledQuery } from 'graphql-jit';
import { conditionsOf, conditionValues, withoutConditions, type Conditions } from './conditions.js';
import type { Execution } from './executor.js';
import { KeptQueries, type KeptQuery } from './keptQueries.js';
import { selectionsOf } from './selectionsOf.js';

interface Entry {
  readonly conditions: Conditions;
  readonly selections: number;
  /** By the values of the variables that @skip and @include ask. */
  readonly variants: Map<string, Variant>;
}

interface Variant {
  uses: number;
  readonly kept: KeptQuery;
}

export interface CompiledQueriesOptions {
  /** Selections of all compiled operations that are kept; each is some kilobytes of code. */
  readonly selectionsKept: number;
  /** The use from which on an operation is compiled. */
  readonly compileFrom: number;
}

// An operation has 2^n variants of n deciding variables: beyond these it is interpreted.
const MAX_VARIANTS = 16;

/** The compiled queries of one schema, the least recently used forgotten. */
export class CompiledQueries {
  readonly #entries = new WeakMap<OperationDefinitionNode, Entry>();
  readonly #kept: KeptQueries;

  constructor(
    readonly schema: GraphQLSchema,
    readonly options: CompiledQueriesOptions,
  ) {
    this.#kept = new KeptQueries(options.selectionsKept);
  }

  /**
   * Undefined where the query must be interpreted: it is new, it cannot be compiled, or it fails as a whole, which graphql-js
   * never does. Compiling takes longer than many runs, so what is asked once is not compiled.
   */
  async run(operation: OperationDefinitionNode, execution: Execution): Promise<ExecutionResult | undefined> {
    const entry = this.#entryOf(operation, execution);
    const values = conditionValues(entry.conditions, operation, execution.variables ?? {});
    if (values === undefined) return undefined;
    const variant = variantOf(entry, JSON.stringify(values));
    if (variant === undefined) return undefined;
    variant.uses += 1;
    if (variant.uses < this.options.compileFrom) return undefined;
    const compiled = this.#kept.get(variant.kept, () => this.#compile(entry.conditions, values, execution));
    if (compiled === null) return undefined;
    try {
      return withGraphqlErrors(
        await compiled.query(execution.rootValue, execution.context, { ...execution.variables }),
      );
    } catch {
      this.#kept.refuse(variant.kept);
      return undefined; // Nothing is lost: graphql-js runs the same query and reports what fails, in its place.
    }
  }

  #entryOf(operation: OperationDefinitionNode, { document }: Execution): Entry {
    const found = this.#entries.get(operation);
    if (found !== undefined) return found;
    const selections = selectionsOf(operation, document);
    const made: Entry = { conditions: conditionsOf(document), selections, variants: new Map() };
    this.#entries.set(operation, made);
    return made;
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

function variantOf({ variants, selections }: Entry, key: string): Variant | undefined {
  const found = variants.get(key);
  if (found !== undefined || variants.size === MAX_VARIANTS) return found;
  const made: Variant = { uses: 0, kept: { selections, compiled: undefined } };
  variants.set(key, made);
  return made;
}

/** graphql-jit's errors are its own: they lack what GraphQL's always have (`extensions`). */
function withGraphqlErrors(result: ExecutionResult): ExecutionResult {
  if (result.errors === undefined) return result;
  const errors = result.errors.map(({ message, path, locations, originalError }) =>
    Object.assign(new GraphQLError(message, { path, originalError }), { locations }),
  );
  return { ...result, errors };
}
