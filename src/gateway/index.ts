export { defaultLimits, type Limits } from './bounds/limits.js';
export type { GatewayRequest } from './call.js';
export { compose, type ComposableSubgraph, type Composition } from './compose/compose.js';
export { printApi, schemaDrift, schemaFiles, type Drift } from './compose/files.js';
export { createGateway, type Gateway, type GatewayOptions } from './gateway.js';
