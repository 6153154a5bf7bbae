// Who may import whom, as data: the lint rules, test/architecture.test.ts and the table in ARCHITECTURE.md are held equal to it.

const leaves = ['errors', 'lib'];
const base = ['config', 'model', ...leaves];

/** Rooms of src in their one order, each with the rooms whose values it may import. */
export const rooms = {
  lib: [],
  errors: ['lib'],
  model: leaves,
  config: ['model', ...leaves],
  ledgers: base,
  keys: base,
  store: base,
  access: base,
  audit: base,
  governance: ['ledgers', 'keys', 'model', ...leaves],
  ingest: ['ledgers', 'governance', 'store', 'model', ...leaves],
  feed: ['ledgers', 'governance', 'store', 'model', ...leaves],
  subgraphs: ['access', 'store', 'ledgers', 'governance', 'feed', 'keys', 'audit', 'model', ...leaves],
  gateway: ['access', 'config', 'feed', 'subgraphs', 'model', ...leaves],
  app: ['gateway', 'subgraphs', 'feed', 'ingest', 'governance', 'access', 'audit', 'store', 'keys', 'ledgers', ...base],
  cli: ['app', ...base],
};

/** What a room shows to others beside its index.ts. `app` alone also takes the implementations' own index.ts. */
export const ports = {
  ledgers: ['ledger.ts', 'fabric/index.ts', 'fabric/configuration.ts'],
  governance: ['mechanism.ts'],
  keys: ['signer.ts'],
  store: ['store.ts'],
  feed: ['feed.ts'],
  access: ['guard.ts'],
  subgraphs: ['subgraph.ts', 'context.ts', 'stream.ts'],
};

/** Rooms whose parts are siblings that never import each other. */
export const siblings = ['ledgers', 'governance', 'subgraphs'];

/** Third-party packages and the only places in src that may import them. */
export const fences = [
  { packages: ['ethers', 'undici'], places: ['ledgers/ethereum', 'governance/governor'] },
  {
    packages: ['@hyperledger/', '@grpc/', 'google-protobuf'],
    places: ['ledgers/fabric', 'governance/fabricLifecycle', 'governance/fabricConfig'],
  },
  { packages: ['@aws-sdk/'], places: ['governance/amb', 'keys'] },
  { packages: ['pg', 'better-sqlite3', 'kysely'], places: ['store'] },
  { packages: ['type-graphql'], places: ['subgraphs', 'access/guard'] },
  { packages: ['@apollo/'], places: ['gateway', 'subgraphs/buildSubgraph'] },
  { packages: ['commander'], places: ['cli'] },
  { packages: ['yaml'], places: ['config'] },
  { packages: ['zod'], places: ['config', 'governance'] },
];

/** Budgets of architecture.md. */
export const budgets = { medianLines: 80, maxLines: 400 };
