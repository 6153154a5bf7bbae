import { governanceSuite } from './governance.suite.js';

for (const consensus of ['RAFT', 'BFT'] as const)
  governanceSuite({ name: `real nodes, ${consensus}`, nodes: 'real', consensus });
