import pino from 'pino';
import { createGateway, type GatewayOptions, type GatewayRequest } from '../../src/gateway/index.js';
import { grantScope } from '../../src/model/scope.js';
import type { RequestContext, SourceReport } from '../../src/subgraphs/context.js';
import { WorldContext } from './world/data.js';
import { worldSubgraphs } from './world/index.js';

export const sourceReport = (facts: Partial<SourceReport> = {}): SourceReport => ({
  ledger: 'eip155:31337' as SourceReport['ledger'],
  name: 'settlement',
  indexedHeight: 10,
  head: 10,
  headTimestampMs: 1_700_000_000_000,
  lag: { blocks: 0, seconds: 0 },
  stale: false,
  problem: null,
  ...facts,
});

/** The world's loaders as part of a request's context; of the rest only what the gateway itself asks. */
export class ServedContext extends WorldContext {
  readonly scope = grantScope([]);
  constructor(
    readonly request: GatewayRequest,
    readonly sources: RequestContext['sources'],
  ) {
    super();
  }
  get signal() {
    return this.request.signal;
  }
  report(error: Error) {
    this.request.report(error);
  }
}

/** A gateway over the world, or over other subgraphs, on a free port; `log` holds what it logged. */
export async function serve(options: Partial<GatewayOptions> = {}) {
  const log: Record<string, unknown>[] = [];
  const logger = pino(
    { level: 'debug' },
    { write: (line: string) => log.push(JSON.parse(line) as Record<string, unknown>) },
  );
  const sources = options.sources ?? (async () => [sourceReport()]);
  const gateway = createGateway({
    subgraphs: worldSubgraphs(),
    logger,
    contextFor: (request) =>
      new ServedContext(request, {
        reports: sources,
        endpoints: () => Promise.resolve([]),
      }) as unknown as RequestContext,
    sources,
    ...options,
    limits: { requestsPerMinute: 100_000, ...options.limits },
    server: { port: 0, graceMs: 2000, ...options.server },
  });
  const { port } = await gateway.listen();
  const url = `http://127.0.0.1:${port}`;
  return { gateway, url, port, log, ask: asker(url) };
}

interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: {
    readonly data?: unknown;
    readonly errors?: readonly { message: string; path?: unknown[]; extensions: Record<string, unknown> }[];
    readonly extensions?: Record<string, unknown>;
  };
}

const asker =
  (url: string) =>
  async (
    query: string,
    variables: Record<string, unknown> = {},
    headers: Record<string, string> = {},
  ): Promise<Reply> => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json', ...headers },
      body: JSON.stringify({ query, variables }),
    });
    return { status: response.status, headers: response.headers, body: (await response.json()) as Reply['body'] };
  };
