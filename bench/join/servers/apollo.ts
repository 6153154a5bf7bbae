import { readFileSync } from 'node:fs';
import type { ApolloServer, HeaderMap } from '@apollo/server';
import { joinSubgraphs } from '../subgraphs.js';
import { readJson, serve } from './http.js';
import { knownDocuments } from './known.js';
import { subgraphNamed, subgraphRunner } from './local.js';
import { peer, peerOptions } from './peers.js';

/** Of @apollo/gateway and @apollo/server, what is used here. */
interface Gateway {
  readonly ApolloGateway: new (config: object) => object;
}
interface Server {
  readonly ApolloServer: new (config: object) => ApolloServer;
  readonly HeaderMap: new () => HeaderMap;
}
interface SubgraphRequest {
  readonly request: { readonly query: string; readonly variables?: Readonly<Record<string, unknown>> };
}

/** Apollo Gateway on Apollo Server, behind Node's own server. */
const { directory, supergraph, subgraphs } = peerOptions();
const { ApolloGateway } = await peer<Gateway>(directory, '@apollo/gateway');
const { ApolloServer: Apollo, HeaderMap: Headers } = await peer<Server>(directory, '@apollo/server');

/** Its data source for a subgraph of this process: the operation is handed over as it is. */
function local({ name }: { readonly name: string }) {
  const subgraph = subgraphNamed(joinSubgraphs(), name);
  const [documentOf, run] = [knownDocuments(subgraph.schema), subgraphRunner(subgraph)];
  return { process: ({ request }: SubgraphRequest) => run(documentOf(request.query), request.variables) };
}
const apollo = new Apollo({
  gateway: new ApolloGateway({
    supergraphSdl: readFileSync(supergraph, 'utf8'),
    ...(subgraphs === 'local' ? { buildService: local } : {}),
  }),
  csrfPrevention: false,
  stopOnTerminationSignals: false,
});
await apollo.start();

serve((message, response) => {
  const answer = async (): Promise<void> => {
    const headers = new Headers();
    headers.set('accept', message.headers.accept ?? 'application/json');
    headers.set('content-type', 'application/json');
    const request = { method: 'POST', headers, search: '', body: await readJson(message) };
    const result = await apollo.executeHTTPGraphQLRequest({ httpGraphQLRequest: request, context: async () => ({}) });
    if (result.body.kind !== 'complete') throw new Error('An answer in parts was not asked for');
    const text = result.body.string;
    const all = { ...Object.fromEntries(result.headers), 'content-length': Buffer.byteLength(text) };
    response.writeHead(result.status ?? 200, all).end(text);
  };
  answer().catch((error: unknown) => response.writeHead(500).end(String(error)));
});
