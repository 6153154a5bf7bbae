import { configWritesSuite } from '../contract/governance/configWrites.suite.js';

configWritesSuite('real');
