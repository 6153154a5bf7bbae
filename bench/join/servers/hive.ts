import { readFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import type { DocumentNode } from 'graphql';
import { joinSubgraphs } from '../subgraphs.js';
import { serve } from './http.js';
import { subgraphNamed, subgraphRunner } from './local.js';
import { peer, peerOptions } from './peers.js';

/** Of @graphql-hive/gateway, what is used here. */
interface Hive {
  createGatewayRuntime(config: object): RequestListener;
  getBuiltinPluginsFromConfig(config: object, context: object): Promise<readonly unknown[]>;
  createLoggerFromLogging(logging: boolean): object;
}
interface RouterRuntime {
  readonly unifiedGraphHandler: unknown;
}
interface SubgraphRequest {
  readonly document: DocumentNode;
  readonly variables?: Readonly<Record<string, unknown>>;
}

/**
 * Hive Gateway behind Node's own server, compiling operations, and giving those that ask the same at the same moment one answer.
 * With a fourth parameter it plans with its Rust planner (@graphql-hive/router-runtime).
 */
const { directory, supergraph, subgraphs } = peerOptions();
const hive = await peer<Hive>(directory, '@graphql-hive/gateway');
const planned =
  process.argv[5] === 'router' ? await peer<RouterRuntime>(directory, '@graphql-hive/router-runtime') : undefined;
// With its Rust planner compiling takes the place of its planned execution.
const plugins = await hive.getBuiltinPluginsFromConfig(
  { jit: planned === undefined },
  { log: hive.createLoggerFromLogging(false) },
);

/** Its transport to a subgraph of this process: the operation is handed over as it is. */
const local = {
  getSubgraphExecutor: ({ subgraphName }: { readonly subgraphName: string }) => {
    const run = subgraphRunner(subgraphNamed(joinSubgraphs(), subgraphName));
    return ({ document, variables }: SubgraphRequest) => run(document, variables);
  },
};
serve(
  hive.createGatewayRuntime({
    supergraph: readFileSync(supergraph, 'utf8'),
    logging: false,
    inboundInflightRequestDeduplication: true,
    plugins: () => plugins,
    ...(planned === undefined ? {} : { unifiedGraphHandler: planned.unifiedGraphHandler }),
    ...(subgraphs === 'local' ? { transports: { http: local } } : {}),
  }),
);
