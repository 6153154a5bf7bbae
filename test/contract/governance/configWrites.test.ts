import { configWritesSuite } from './configWrites.suite.js';

configWritesSuite('embedded');
