import { writesSuite } from './writes.suite.js';

writesSuite('the dev world');
