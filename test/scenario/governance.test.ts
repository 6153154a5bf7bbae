import { governanceSuite } from './governance.suite.js';

governanceSuite({ name: 'embedded, BFT', nodes: 'embedded', consensus: 'BFT' });
