import { AsyncLocalStorage } from 'node:async_hooks';
import type { HeaderMap } from '@apollo/server';
import { ApolloServer, type ApolloServerPlugin, type HTTPGraphQLResponse } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { GraphQLError, type GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import { ParleyError } from '../../errors/index.js';
import { mask, type MaskedError } from '../../errors/mask.js';
import type { RequestContext } from '../../subgraphs/context.js';
import { boundOperation } from '../bounds/cost.js';
import { boundMethod } from '../bounds/method.js';
import type { Limits } from '../bounds/limits.js';
import type { Call, GatewayRequest } from '../call.js';
import { answer } from '../execute/answer.js';
import type { Executor } from '../execute/executor.js';
import { fragmentsOf, noOperation } from '../operation.js';
import { KnownOperations } from './knownOperations.js';

export interface GraphqlServerOptions {
  readonly schema: GraphQLSchema;
  readonly supergraphSdl: string;
  readonly executor: Executor;
  readonly limits: Limits;
  /** Fields of Query that GET does not reach. */
  readonly postOnly: ReadonlySet<string>;
  readonly logger: Logger;
  contextFor(request: GatewayRequest): RequestContext | Promise<RequestContext>;
}

/** A request as Apollo Server takes it: the body is parsed already. */
export interface ParsedRequest {
  readonly method: string;
  readonly headers: HeaderMap;
  /** With its question mark, or empty. */
  readonly search: string;
  readonly body: unknown;
}

/** Apollo Server in front of the linked graph. */
export interface GraphqlServer {
  start(): Promise<void>;
  execute(request: ParsedRequest, call: Call): Promise<HTTPGraphQLResponse>;
  /** The text of the answer to a POST where the same document was answered before; undefined where `execute` must see it. */
  answerKnown(body: object, call: Call): Promise<Buffer | undefined>;
  stop(): Promise<void>;
}

/** Apollo Server copies its context value: what is written to the call must outlive the copy. */
interface CallContext {
  readonly call: Call;
}

export function createGraphqlServer(options: GraphqlServerOptions): GraphqlServer {
  const calls = new AsyncLocalStorage<Call>();
  const known = new KnownOperations(options);
  const apollo = new ApolloServer<CallContext>({
    gateway: linkedGateway(options),
    formatError: (_, error) => masked(error, calls.getStore(), options.logger),
    plugins: [callPlugin(options, known), ...disabled()],
    parseOptions: { maxTokens: options.limits.queryTokens },
    logger: apolloLogger(options.logger),
    // Decided here, never by the environment.
    nodeEnv: 'production',
    introspection: true,
    includeStacktraceInErrorResponses: false,
    csrfPrevention: false, // browser.ts checks origins, at no cost to GraphQL over HTTP
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    stopOnTerminationSignals: false,
  });
  const context = async (call: Call): Promise<CallContext> => {
    try {
      call.context ??= await options.contextFor(call.request);
    } catch (error) {
      throw withStatus(error);
    }
    return { call };
  };
  return {
    start: () => apollo.start(),
    stop: () => apollo.stop(),
    answerKnown: (body, call) => known.answer(body, call),
    execute: (httpGraphQLRequest, call) =>
      calls.run(call, () => apollo.executeHTTPGraphQLRequest({ httpGraphQLRequest, context: () => context(call) })),
  };
}

/** Apollo Server's `gateway` option around the linked schema: what a planned graph will replace for partners' fields. */
function linkedGateway(options: GraphqlServerOptions) {
  let loaded: (context: { apiSchema: GraphQLSchema; coreSupergraphSdl: string }) => void = () => undefined;
  return {
    onSchemaLoadOrUpdate: (callback: typeof loaded) => {
      loaded = callback;
      return () => undefined;
    },
    load: async () => {
      loaded({ apiSchema: options.schema, coreSupergraphSdl: options.supergraphSdl });
      return {
        executor: async (request: {
          readonly context: unknown;
          readonly document: Parameters<Executor>[0]['document'];
          readonly operationName: string | null;
          readonly request: { readonly variables?: Record<string, unknown> };
        }) =>
          (request.context as CallContext).call.answered ??
          answer(
            (request.context as CallContext).call,
            {
              document: request.document,
              operationName: request.operationName,
              variables: request.request.variables,
            },
            options.executor,
          ),
      };
    },
    stop: async () => undefined,
  };
}

/** Follows each call: marks it as GraphQL, bounds it before execution. */
function callPlugin(
  { schema, limits, postOnly }: GraphqlServerOptions,
  known: KnownOperations,
): ApolloServerPlugin<CallContext> {
  return {
    requestDidStart: async ({ contextValue: { call } }) => ({
      didResolveSource: async () => {
        call.wellFormed = true;
      },
      didResolveOperation: async ({ document, operation, request }) => {
        try {
          if (operation === undefined) throw noOperation(request.operationName);
          call.operationName = operation.name?.value ?? null;
          call.operationType = operation.operation;
          const fragments = fragmentsOf(document);
          if (schema.getRootType(operation.operation) == null || operation.operation === 'subscription')
            throw notAnswered(operation.operation);
          if (request.http?.method === 'GET') boundMethod(operation, fragments, postOnly);
          boundOperation({ schema, operation, fragments, variables: request.variables ?? {} }, limits);
          known.remember(request.query, document);
        } catch (error) {
          throw withStatus(error);
        }
      },
    }),
  };
}

const notAnswered = (type: string): ParleyError =>
  new ParleyError('BAD_REQUEST', `The graph answers no ${type} here`, {
    got: type,
    expected: type === 'subscription' ? 'a query; streams are asked for in another way' : 'a query',
    ...(type === 'subscription'
      ? { fix: 'Subscribe over WebSocket (graphql-transport-ws), or accept text/event-stream.' }
      : {}),
  });

/** Gives an error that is the whole answer the status of its code. */
function withStatus(error: unknown): unknown {
  if (!(error instanceof ParleyError)) return error;
  return new GraphQLError(error.message, { originalError: error, extensions: { http: { status: error.status } } });
}

function masked(error: unknown, call: Call | undefined, logger: Logger): MaskedError {
  const requestId = call?.request.requestId ?? 'none';
  const result = mask(error, {
    requestId,
    onInternal: (cause) => logger.error({ requestId, err: cause }, 'an error of no known kind'),
  });
  call?.codes.push(result.extensions.code);
  return result;
}

const disabled = () => [
  ApolloServerPluginCacheControlDisabled(),
  ApolloServerPluginInlineTraceDisabled(),
  ApolloServerPluginLandingPageDisabled(),
  ApolloServerPluginSchemaReportingDisabled(),
  ApolloServerPluginUsageReportingDisabled(),
];

const apolloLogger = (logger: Logger) => ({
  debug: (message: unknown) => logger.debug({ message }, 'GraphQL server'),
  info: (message: unknown) => logger.info({ message }, 'GraphQL server'),
  warn: (message: unknown) => logger.warn({ message }, 'GraphQL server'),
  error: (message: unknown) => logger.error({ message }, 'GraphQL server'),
});
