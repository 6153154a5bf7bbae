import type { AddressInfo } from 'node:net';
import type { GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import type { RequestContext, SourceReport } from '../subgraphs/context.js';
import type { Subgraph } from '../subgraphs/subgraph.js';
import { defaultLimits, type Limits } from './bounds/limits.js';
import type { GatewayRequest } from './call.js';
import { compose, type Composition } from './compose/compose.js';
import { printApi } from './compose/files.js';
import { printedComposition } from './compose/printed.js';
import { createExecutor, type Executor } from './execute/executor.js';
import { takeStrayRejections } from './execute/strayRejections.js';
import { link } from './link/link.js';
import { createGraphqlServer, type GraphqlServer } from './server/apollo.js';
import { graphiqlRoute } from './server/graphiql.js';
import { graphqlRoute } from './server/graphql.js';
import { preflight } from './server/preflight.js';
import { jsonAnswer } from './server/http.js';
import { Metrics } from './server/metrics.js';
import { readiness } from './server/readiness.js';
import { reading, type Route, type Routes } from './server/routes.js';
import { HttpServer, type HttpOptions } from './server/server.js';
import {
  createSubscriptions,
  type ReportingSubscriptions,
  type SubscriptionsOptions,
} from './subscribe/createSubscriptions.js';
import { defaultStreamOptions, Streams, type StreamOptions } from './transports/streams.js';

export interface GatewayOptions {
  readonly subgraphs: readonly Subgraph[];
  /** Where the composition was printed: it is taken from there if it is of these subgraphs, which spares a start the composing. */
  readonly printed?: string;
  readonly limits?: Partial<Limits> & { readonly requestsPerMinute?: number };
  readonly server?: Partial<Omit<HttpOptions, 'requestsPerMinute'>> & { readonly maxBodyBytes?: number };
  /** Limits of streams; the defaults where absent. */
  readonly streams?: Partial<Omit<StreamOptions, 'postOnly' | 'queryTokens'>>;
  readonly logger: Logger;
  /** What GraphiQL shows first; the state of the ledgers where absent. */
  readonly defaultQuery?: string;
  /** Makes what the resolvers of one request share. */
  contextFor(request: GatewayRequest): RequestContext | Promise<RequestContext>;
  /** What every ledger's source says, for readiness and metrics. */
  sources(): Promise<readonly SourceReport[]>;
  /** The newest change that the feed has heard of, for metrics. */
  feedSequence?(): number;
  /** Statements sent to the store so far, for metrics. */
  storeStatements?(): number;
}

/** One graph, executable and served. */
export interface Gateway {
  /** All subgraphs linked. */
  readonly schema: GraphQLSchema;
  readonly supergraphSdl: string;
  /** Runs a validated operation on a context, without HTTP and without bounds; errors are not masked. */
  readonly execute: Executor;
  /** Starts serving. Errors: NOT_LOOPBACK, or the system's where the port is taken. */
  listen(): Promise<AddressInfo>;
  /** Stops accepting, lets what runs finish within the grace, ends the rest with SHUTTING_DOWN. */
  close(): Promise<void>;
}

const defaultServer = {
  host: '127.0.0.1',
  port: 4000,
  allowedHosts: [],
  allowedOrigins: [],
  maxConnections: 2000,
  maxConcurrent: 256,
  maxBodyBytes: 1_048_576,
  timeoutMs: 30_000,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  graceMs: 10_000,
} as const satisfies Omit<HttpOptions, 'requestsPerMinute'> & { maxBodyBytes: number };

/**
 * Composes and links the subgraphs and puts the server in front of them; nothing listens yet.
 * @throws ParleyError COMPOSITION_FAILED
 */
export function createGateway(options: GatewayOptions): Gateway {
  const limits = { ...defaultLimits, ...options.limits };
  const server = { ...defaultServer, ...options.server };
  const { supergraphSdl, api } = compositionOf(options);
  const schema = link(options.subgraphs, api);
  const execute = createExecutor(schema);
  const postOnly = new Set(options.subgraphs.flatMap((subgraph) => [...(subgraph.postOnly ?? [])]));
  const metrics = new Metrics(options.sources);
  const subscriptions = subscriptionsOf(options, { schema, executor: execute, limits }, server);
  const streams = new Streams(
    { ...defaultStreamOptions, ...options.streams, postOnly, queryTokens: limits.queryTokens },
    { subscriptions, metrics: metrics.streams, logger: options.logger },
  );
  const graphql = createGraphqlServer({ ...options, schema, supergraphSdl, executor: execute, limits, postOnly });
  const stream = streams.answer.bind(streams);
  const routes = routesOf(options, {
    schema,
    metrics,
    streams,
    subscriptions,
    graphql: graphqlRoute({ graphql, limits, ...server, stream }),
  });
  const http = new HttpServer(
    {
      ...server,
      requestsPerMinute: options.limits?.requestsPerMinute ?? 600,
      // Streams never take the last connection: whoever asks for one too many hears why.
      maxConnections: server.maxConnections + streams.options.connections,
    },
    { routes, metrics, streams, logger: options.logger },
  );
  return { schema, supergraphSdl, execute, ...lifecycle(graphql, http) };
}

const compositionOf = ({ printed, subgraphs }: GatewayOptions): Composition =>
  (printed === undefined ? null : printedComposition(printed, subgraphs)) ?? compose(subgraphs);

const subscriptionsOf = (
  options: GatewayOptions,
  graph: Pick<SubscriptionsOptions, 'schema' | 'executor' | 'limits'>,
  { maxConcurrent, timeoutMs }: Pick<HttpOptions, 'maxConcurrent' | 'timeoutMs'>,
): ReportingSubscriptions =>
  createSubscriptions({
    ...graph,
    logger: options.logger,
    contextFor: (request) => options.contextFor(request),
    streamLimits: { maxConcurrent, timeoutMs },
  });

interface Served {
  readonly schema: GraphQLSchema;
  readonly metrics: Metrics;
  readonly streams: Streams;
  readonly subscriptions: ReportingSubscriptions;
  readonly graphql: Route['answer'];
}

const GRAPHQL_METHODS = ['POST', 'GET', 'OPTIONS'];

function routesOf(options: GatewayOptions, { schema, metrics, streams, subscriptions, graphql }: Served): Routes {
  const graphiql = reading(graphiqlRoute(options.defaultQuery));
  const sdl = printApi(schema);
  const plain = { 'content-type': 'text/plain; charset=utf-8' };
  return new Map<string, Route>([
    [
      '/graphql',
      {
        methods: GRAPHQL_METHODS,
        limited: true,
        upgrades: true,
        answer: (incoming) =>
          incoming.method === 'OPTIONS' ? preflight(incoming.message.headers, GRAPHQL_METHODS) : graphql(incoming),
      },
    ],
    ['/', graphiql],
    ['/graphiql', graphiql],
    ['/schema.graphql', reading(() => ({ status: 200, headers: plain, body: sdl }))],
    ['/healthz', reading(() => jsonAnswer(200, { alive: true }))],
    ['/readyz', reading(() => readiness(options.sources))],
    [
      '/metrics',
      reading(() => {
        metrics.topics.set(subscriptions.report(), options.feedSequence?.() ?? 0);
        metrics.setStatements(options.storeStatements?.() ?? 0);
        return metrics.answer(streams.report());
      }),
    ],
  ]);
}

function lifecycle(graphql: GraphqlServer, http: HttpServer): Pick<Gateway, 'listen' | 'close'> {
  let stop = async (): Promise<void> => undefined;
  return {
    listen: async () => {
      const release = takeStrayRejections();
      await graphql.start();
      stop = async () => {
        await http.close();
        await graphql.stop();
        release();
      };
      try {
        return await http.listen();
      } catch (error) {
        await stop();
        throw error;
      }
    },
    close: async () => {
      const once = stop;
      stop = async () => undefined;
      await once();
    },
  };
}
