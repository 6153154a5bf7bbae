import { joinSubgraphs } from '../subgraphs.js';
import { posts, serve } from './http.js';
import { knownDocuments } from './known.js';
import { subgraphNamed, subgraphRunner } from './local.js';

/** One subgraph as an HTTP server of its own. `node dist/bench/join/servers/subgraph.js <name>` */
const [name = ''] = process.argv.slice(2);
const subgraph = subgraphNamed(joinSubgraphs(), name);
const documentOf = knownDocuments(subgraph.schema);
const run = subgraphRunner(subgraph);
serve(posts(({ query, variables }) => run(documentOf(query), variables)));
