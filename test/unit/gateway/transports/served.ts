import pino from 'pino';
import { ParleyError } from '../../../../src/errors/index.js';
import { mask, type MaskedError } from '../../../../src/errors/mask.js';
import { defaultLimits } from '../../../../src/gateway/index.js';
import { graphqlRoute } from '../../../../src/gateway/server/graphql.js';
import { Metrics } from '../../../../src/gateway/server/metrics.js';
import { reading, type Route } from '../../../../src/gateway/server/routes.js';
import { HttpServer } from '../../../../src/gateway/server/server.js';
import type {
  Sink,
  StreamMessage,
  StreamRequest,
  Subscription,
  Subscriptions,
} from '../../../../src/gateway/subscribe/subscriptions.js';
import { defaultStreamOptions, Streams, type StreamOptions } from '../../../../src/gateway/transports/streams.js';

export function message(value: unknown, cursor = ''): StreamMessage {
  const text = JSON.stringify({ data: value });
  return { text, bytes: Buffer.from(text), cursor: () => cursor };
}

export const error = (code: 'SHUTTING_DOWN' | 'SLOW_CONSUMER' | 'INPUT_INVALID', cursor?: string): MaskedError =>
  mask(new ParleyError(code, 'It ended', cursor === undefined ? {} : { cursor }), {
    requestId: 'test',
    onInternal: () => undefined,
  });

/** One operation as its transport opened it. */
export class Opened implements Subscription {
  isStopped = false;
  drains = 0;
  constructor(
    readonly request: StreamRequest,
    readonly sink: Sink,
    readonly all: Set<Opened>,
  ) {
    all.add(this);
  }
  drained(): void {
    this.drains += 1;
  }
  stop(): void {
    this.isStopped = true;
    this.all.delete(this);
  }
  end(errors: readonly MaskedError[] | null): void {
    this.all.delete(this);
    this.sink.end(errors);
  }
}

/**
 * Subscriptions whose messages a test sends: a query is answered at once, what names `broken` is refused at once, a
 * subscription stays open.
 */
export class Scripted implements Subscriptions {
  readonly live = new Set<Opened>();
  readonly requests: StreamRequest[] = [];

  open(request: StreamRequest, sink: Sink): Subscription {
    this.requests.push(request);
    const opened = new Opened(request, sink, this.live);
    if (request.query.includes('broken')) opened.end([error('INPUT_INVALID')]);
    else if (!request.query.includes('subscription')) {
      sink.send(message({ answer: request.variables?.['of'] ?? 42 }));
      opened.end(null);
    }
    return opened;
  }
  send(value: unknown, cursor?: string): void {
    const one = message(value, cursor);
    for (const { sink } of this.live) sink.send(one);
  }
  close(): void {
    for (const opened of [...this.live]) opened.end([error('SHUTTING_DOWN', 'last')]);
  }
  /** The next state in which as many operations are open. */
  async until(count: number): Promise<readonly Opened[]> {
    while (this.live.size !== count) await new Promise((resolve) => setTimeout(resolve, 2));
    return [...this.live];
  }
}

const FIELDS = new Set(['costly']);

/** The real server and the real transports over scripted subscriptions, on a free port. */
export async function serveStreams(
  options: Partial<StreamOptions & { requestsPerMinute: number; headersTimeoutMs: number }> = {},
  subscriptions: Subscriptions = new Scripted(),
) {
  const log: Record<string, unknown>[] = [];
  const logger = pino(
    { level: 'info' },
    { write: (line: string) => log.push(JSON.parse(line) as Record<string, unknown>) },
  );
  const metrics = new Metrics(() => Promise.resolve([]));
  const streams = new Streams(
    { ...defaultStreamOptions, postOnly: FIELDS, queryTokens: defaultLimits.queryTokens, ...options },
    { subscriptions, metrics: metrics.streams, logger },
  );
  const unreachable = (): never => {
    throw new Error('Only streams are served here');
  };
  const answer = graphqlRoute({
    graphql: { start: unreachable, answerKnown: unreachable, execute: unreachable, stop: unreachable },
    limits: defaultLimits,
    maxBodyBytes: 100_000,
    stream: streams.answer.bind(streams),
  });
  const http = new HttpServer(
    {
      host: '127.0.0.1',
      port: 0,
      allowedHosts: [],
      allowedOrigins: [],
      maxConnections: 1000,
      maxConcurrent: 100,
      requestsPerMinute: options.requestsPerMinute ?? 100_000,
      timeoutMs: 5000,
      headersTimeoutMs: options.headersTimeoutMs ?? 5000,
      requestTimeoutMs: 5000,
      graceMs: 2000,
    },
    {
      routes: new Map<string, Route>([
        ['/graphql', { methods: ['GET', 'POST'], limited: true, upgrades: true, answer }],
        ['/metrics', reading(() => metrics.answer(streams.report()))],
      ]),
      metrics,
      streams,
      logger,
    },
  );
  const { port } = await http.listen();
  return { http, streams, log, port, url: `http://127.0.0.1:${port}`, close: () => http.close() };
}
