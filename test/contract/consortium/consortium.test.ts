import { consortiumSuite } from './consortium.suite.js';

consortiumSuite('the consortium chaincode on embedded Fabric', 'embedded');
