import { getVariableValues, type GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import { ParleyError } from '../../errors/index.js';
import { mask, type MaskedError } from '../../errors/mask.js';
import type { RequestContext } from '../../subgraphs/context.js';
import type { OpenStream, StreamItem } from '../../subgraphs/stream.js';
import { boundOperation } from '../bounds/cost.js';
import type { Limits } from '../bounds/limits.js';
import type { GatewayRequest } from '../call.js';
import { asGraphqlError } from '../execute/answer.js';
import type { Executor } from '../execute/executor.js';
import { errorsOf, givenAfter, keyOf, sourceOf, type Asked } from './asked.js';
import { Refused, type Prepared } from './documents.js';
import { ItemMessage } from './message.js';
import type { StreamRequest } from './subscriptions.js';
import { Turns } from './turns.js';

export interface EngineOptions {
  readonly schema: GraphQLSchema;
  readonly executor: Executor;
  readonly limits: Limits;
  readonly logger: Logger;
  contextFor(request: GatewayRequest): RequestContext | Promise<RequestContext>;
}

/** Makes sources of operations, and messages of their items. */
export class Engine {
  readonly #turns = new Turns();
  /** Messages handed to sinks. */
  delivered = 0;

  constructor(readonly options: EngineOptions) {}

  /** @throws ParleyError PAGE_INVALID, LIMIT_EXCEEDED */
  bound({ operation, fragments }: Prepared, variables: Readonly<Record<string, unknown>>): void {
    const { schema, limits } = this.options;
    boundOperation({ schema, operation, fragments, variables }, limits);
  }

  /**
   * What a subscription asks for, and the cursor that it goes on after; null: from now on.
   * @param signal lives as long as whoever shares the work
   * @throws Refused, ParleyError
   */
  async ask(
    prepared: Prepared,
    { request, lastEventId, variables: given }: StreamRequest,
    signal: AbortSignal,
  ): Promise<{ readonly asked: Asked; readonly after: string | null }> {
    const { schema } = this.options;
    const variables = given ?? {};
    const coerced = getVariableValues(schema, prepared.operation.variableDefinitions ?? [], variables);
    if (coerced.errors !== undefined) throw new Refused(coerced.errors);
    const context = await this.options.contextFor({ ...request, signal, report: () => undefined });
    const source = await sourceOf(schema, { prepared, variables, context }, lastEventId);
    const after = lastEventId ?? givenAfter(schema, prepared, coerced.coerced);
    const what = { prepared, variables, context };
    return { asked: { ...what, source, key: keyOf(what, source) }, after };
  }

  /** Goes on after a cursor. */
  async resume(asked: Asked, after: string): Promise<OpenStream> {
    return (await sourceOf(this.options.schema, asked, after)).resume();
  }

  /** Executes items of a batch together. What fails becomes errors in its message. */
  async messages(asked: Asked, items: readonly StreamItem[]): Promise<readonly ItemMessage[]> {
    if (items.length === 0) return [];
    const { context, reported } = this.#turns.of(asked);
    const results = await Promise.all(items.map((item) => this.#execute(asked, context, item.value)));
    const beside = reported.map((error) => this.mask(asGraphqlError(error), context.requestId));
    return results.map(({ data, errors }, index) => {
      const all = [...errors, ...beside];
      const text = JSON.stringify(all.length === 0 ? { data } : { errors: all, data });
      return new ItemMessage(text, items[index] as StreamItem);
    });
  }

  async #execute(
    { prepared, variables }: Asked,
    context: RequestContext,
    rootValue: object,
  ): Promise<{ readonly data: unknown; readonly errors: readonly MaskedError[] }> {
    const { document, operation } = prepared;
    const operationName = operation.name?.value ?? null;
    try {
      const result = await this.options.executor({ document, operationName, variables, context, rootValue });
      return {
        data: result.data ?? null,
        errors: (result.errors ?? []).map((error) => this.mask(error, context.requestId)),
      };
    } catch (error) {
      return { data: null, errors: [this.mask(error, context.requestId)] };
    }
  }

  mask(error: unknown, requestId: string): MaskedError {
    const onInternal = (err: unknown): void =>
      this.options.logger.error({ requestId, err }, 'an error of no known kind');
    return mask(error, { requestId, onInternal });
  }

  /** The errors that a stream ends with, and where it can be resumed. */
  ending(error: unknown, place: (() => string) | null, requestId: string): readonly MaskedError[] {
    const [first, ...rest] = errorsOf(error).map((one) => this.mask(one, requestId));
    if (first === undefined) return [this.mask(new ParleyError('INTERNAL', 'A stream ended'), requestId)];
    const { code, cursor } = first.extensions;
    if (place === null || cursor !== undefined || code === 'CURSOR_EXPIRED' || code === 'CURSOR_INVALID')
      return [first, ...rest];
    const resumes = this.cursorOf(place, requestId);
    if (resumes === undefined) return [first, ...rest];
    return [{ ...first, extensions: { ...first.extensions, cursor: resumes } }, ...rest];
  }

  /** A cursor may not fit what a client can send back: then there is none to tell, and the log says why. */
  cursorOf(place: () => string, requestId: string): string | undefined {
    try {
      return place();
    } catch (err) {
      this.options.logger.warn({ requestId, err }, 'a stream has no cursor to resume with');
      return undefined;
    }
  }
}
