import 'reflect-metadata';
import { createConsortiumSubgraph } from './consortium/index.js';
import { createEthereumSubgraph } from './ethereum/index.js';
import { createFabricSubgraph } from './fabric/index.js';
import { createSigningSubgraph } from './signing/index.js';
import type { Subgraph } from './subgraph.js';
import { createTimelineSubgraph } from './timeline/index.js';

/** Every subgraph that this process can serve, each valid on its own. */
export const createSubgraphs = (): readonly Subgraph[] => [
  createConsortiumSubgraph(),
  createTimelineSubgraph(),
  createFabricSubgraph(),
  createEthereumSubgraph(),
  createSigningSubgraph(),
];

export {
  createConsortiumSubgraph,
  createEthereumSubgraph,
  createFabricSubgraph,
  createSigningSubgraph,
  createTimelineSubgraph,
};
export { ethereumSender } from './ethereumSender.js';
export { fabricSender } from './fabricSender.js';
export { govern, preview } from './govern.js';
export { WritesDesk } from './writesDesk.js';
export { writesOf } from './writesOf.js';
