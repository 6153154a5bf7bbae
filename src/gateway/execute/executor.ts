import {
  execute,
  getOperationAST,
  OperationTypeNode,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
} from 'graphql';
import { CompiledQueries } from './compiledQueries.js';

/** A validated operation with what it is executed on. */
export interface Execution {
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
  /** What resolvers get. */
  readonly context: object;
  /** What the root fields are resolved on: one item of a subscription's stream. */
  readonly rootValue?: object | undefined;
}

/** Runs operations of one schema; the result's errors are not masked yet. */
export type Executor = (execution: Execution) => Promise<ExecutionResult>;

export interface ExecutorOptions {
  /** The use from which on an operation is compiled; 2 where absent, for compiling takes longer than many runs. */
  readonly compileFrom?: number;
}

// Some 100 MB of code at most: a selection compiles to about five kilobytes.
const SELECTIONS_KEPT = 20_000;

/**
 * Executes queries, and subscriptions on one item of their stream, compiled by graphql-jit; what it cannot do, as well as
 * mutations, by graphql-js, whose answers are the reference: a differential test holds both to the same data.
 */
export function createExecutor(schema: GraphQLSchema, options: ExecutorOptions = {}): Executor {
  const queries = new CompiledQueries(schema, {
    selectionsKept: SELECTIONS_KEPT,
    compileFrom: options.compileFrom ?? 2,
  });
  const interpret = async (execution: Execution): Promise<ExecutionResult> =>
    execute({
      schema,
      document: execution.document,
      operationName: execution.operationName,
      variableValues: execution.variables,
      contextValue: execution.context,
      rootValue: execution.rootValue,
    });
  return async (execution) => {
    const operation = getOperationAST(execution.document, execution.operationName);
    if (operation === null || operation === undefined || operation.operation === OperationTypeNode.MUTATION)
      return interpret(execution);
    const result = await queries.run(operation, execution);
    // Variables that do not fit stop both before any resolver: graphql-js says it in its own words.
    return result?.data === undefined ? interpret(execution) : result;
  };
}
