import pino from 'pino';
import { createGateway } from '../../../src/gateway/index.js';
import type { GatewayRequest } from '../../../src/gateway/call.js';
import { grantScope } from '../../../src/model/scope.js';
import type { RequestContext, SourceReport } from '../../../src/subgraphs/context.js';
import { joinSubgraphs } from '../subgraphs.js';
import { Loaders } from '../types.js';

/**
 * Parley's gateway over the linked subgraphs, with its own server, its bounds and its log, as `parley start` runs it; of a request's
 * context there is what the gateway itself asks, and the loaders.
 */
const report: SourceReport = {
  ...{ ledger: 'eip155:31337' as SourceReport['ledger'], name: 'chain', indexedHeight: 10, head: 10 },
  ...{ headTimestampMs: 1_700_000_000_000, lag: { blocks: 0, seconds: 0 }, stale: false, problem: null },
};
const sources = { reports: async () => [report], endpoints: async () => [] };
const scope = grantScope([]);

class Context extends Loaders {
  readonly scope = scope;
  readonly sources = sources;
  readonly principal = null;
  readonly rights = 'reader';
  constructor(readonly request: GatewayRequest) {
    super();
  }
  get signal() {
    return this.request.signal;
  }
  report(error: Error) {
    this.request.report(error);
  }
}

const gateway = createGateway({
  subgraphs: joinSubgraphs(),
  logger: pino(pino.destination({ fd: 1, sync: true })),
  contextFor: (request) => new Context(request) as unknown as RequestContext,
  sources: sources.reports,
  limits: { requestsPerMinute: 100_000_000 },
  server: { port: 0 },
});
const { port } = await gateway.listen();
console.log(JSON.stringify({ url: `http://127.0.0.1:${port}` }));
process.once('SIGTERM', () => void gateway.close().then(() => process.exit(0)));
