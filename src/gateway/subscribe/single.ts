import { ParleyError } from '../../errors/index.js';
import { newCall } from '../call.js';
import { answer } from '../execute/answer.js';
import { Refused, type Prepared } from './documents.js';

import type { Engine } from './engine.js';
import type { StreamRequest } from './subscriptions.js';

/**
 * Answers a query or mutation: its result as text, as over HTTP.
 * @throws Refused where nothing was executed; the signal's reason
 */
export async function answerOnce(
  engine: Engine,
  prepared: Prepared,
  { request, variables }: StreamRequest,
  signal: AbortSignal,
): Promise<string> {
  const { executor, contextFor } = engine.options;
  const call = newCall({ ...request, signal });
  call.context = await contextFor(call.request);
  const { document, operation } = prepared;
  const execution = { document, operationName: operation.name?.value ?? null, variables: variables ?? {} };
  const result = await untilAborted(signal, answer(call, execution, executor));
  const { errors } = result;
  if (result.data === undefined) throw new Refused(errors ?? [new ParleyError('INTERNAL', 'There is no answer')]);
  if (errors === undefined) return JSON.stringify(result);
  return JSON.stringify({ ...result, errors: errors.map((error) => engine.mask(error, request.requestId)) });
}

function untilAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
