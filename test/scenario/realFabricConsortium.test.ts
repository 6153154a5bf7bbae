import { consortiumSuite } from '../contract/consortium/consortium.suite.js';

consortiumSuite('the consortium chaincode on real nodes', 'real');
