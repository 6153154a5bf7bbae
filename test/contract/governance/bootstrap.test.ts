import { bootstrapSuite } from './bootstrap.suite.js';

bootstrapSuite({ name: 'embedded', nodes: 'embedded', consensus: 'RAFT' });
