import { GraphQLError, type ExecutionResult } from 'graphql';
import { ParleyError } from '../../errors/index.js';
import type { RequestContext } from '../../subgraphs/context.js';
import type { Call } from '../call.js';
import type { Execution, Executor } from './executor.js';

/**
 * Executes for a call and completes the answer: errors reported beside the data are added, and `extensions.sources` says how
 * far every ledger was read. Errors are not masked yet.
 */
export async function answer(
  call: Call,
  execution: Omit<Execution, 'context'>,
  executor: Executor,
): Promise<ExecutionResult> {
  const { context } = call;
  if (context === undefined) throw new ParleyError('INTERNAL', 'A call is executed without its context');
  const [result, sources] = await Promise.all([executor({ ...execution, context }), sourcesOf(call, context)]);
  const errors = [...(result.errors ?? []), ...call.reported.map(asGraphqlError)];
  return {
    ...result,
    ...(errors.length === 0 ? {} : { errors }),
    extensions: { ...result.extensions, sources },
  };
}

/** A report that fails costs the report, not the answer. */
async function sourcesOf(call: Call, context: RequestContext): Promise<unknown> {
  try {
    return await context.sources.reports(context.scope);
  } catch (error) {
    call.request.report(error instanceof Error ? error : new Error(String(error)));
    return null;
  }
}

/** Wraps for GraphQL; the status counts only where the error is the whole answer. */
export function asGraphqlError(error: Error): GraphQLError {
  return error instanceof GraphQLError ? error : new GraphQLError(error.message, { originalError: error });
}
