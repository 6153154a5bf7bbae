import { bootstrapSuite } from '../contract/governance/bootstrap.suite.js';

bootstrapSuite({ name: 'real nodes, Raft', nodes: 'real', consensus: 'RAFT' });
bootstrapSuite({ name: 'real nodes, BFT', nodes: 'real', consensus: 'BFT' });
