import { createHash, randomUUID } from 'node:crypto';
import {
  createSourceEventStream,
  getArgumentValues,
  GraphQLError,
  type ExecutionResult,
  type GraphQLSchema,
} from 'graphql';
import { ParleyError } from '../../errors/index.js';
import type { RequestContext } from '../../subgraphs/context.js';
import { isStreamSource, type StreamSource } from '../../subgraphs/stream.js';
import { Refused, withAfter, type Prepared } from './documents.js';

/** What a subscription asks for, whoever asks and wherever it begins. */
export interface Asked {
  readonly prepared: Prepared;
  /** As given: execution coerces them. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** Of one of those who ask with the same rights. */
  readonly context: RequestContext;
  readonly source: StreamSource;
  /** Equal keys: the same messages while live. */
  readonly key: string;
}

/** @throws Refused what the root field's `subscribe` throws */
export async function sourceOf(
  schema: GraphQLSchema,
  { prepared, variables, context }: Pick<Asked, 'prepared' | 'variables' | 'context'>,
  after: string | null,
): Promise<StreamSource> {
  const made: AsyncIterable<unknown> | ExecutionResult = await createSourceEventStream({
    schema,
    document: after === null ? prepared.document : withAfter(prepared, after),
    operationName: prepared.operation.name?.value ?? null,
    variableValues: variables,
    contextValue: context,
  });
  if (!(Symbol.asyncIterator in made)) throw new Refused(made.errors ?? []);
  if (isStreamSource(made)) return made;
  throw new ParleyError('INTERNAL', 'A field of Subscription gave something that is no source of a stream', {
    expected: 'live() and resume()',
  });
}

/** The `after` that the root field was given; null where there is none. Variables are coerced already. */
export function givenAfter(
  schema: GraphQLSchema,
  { roots }: Prepared,
  variables: Readonly<Record<string, unknown>>,
): string | null {
  for (const node of roots) {
    const field = schema.getSubscriptionType()?.getFields()[node.name.value];
    if (field === undefined) continue;
    const after = getArgumentValues(field, node, variables)['after'];
    if (typeof after === 'string') return after;
  }
  return null;
}

/** What asks for the same with the same rights shares its work. */
export function keyOf(
  { prepared, variables, context }: Pick<Asked, 'prepared' | 'variables' | 'context'>,
  source: StreamSource,
): string {
  // What is said of the caller itself is shared with nobody while callers have no names.
  const own = prepared.viewer ? randomUUID() : null;
  const values = prepared.variables.map((name) => variables[name] ?? null);
  return createHash('sha256')
    .update(JSON.stringify([source.key, prepared.text, values, context.rights, own]))
    .digest('base64');
}

/** The errors of a thrown value, as many as it stands for. */
export const errorsOf = (error: unknown): readonly unknown[] => (error instanceof Refused ? error.errors : [error]);

export const isRetryable = (error: unknown): boolean => {
  const [first] = errorsOf(error);
  const inner = first instanceof GraphQLError ? first.originalError : first;
  return inner instanceof ParleyError && inner.retryable;
};

/** True for what no code names: a defect, or what a driver said in its own words. */
export const isUnknown = (error: unknown): boolean => {
  const [first] = errorsOf(error);
  const inner = first instanceof GraphQLError ? first.originalError : first;
  return !(inner instanceof ParleyError);
};
