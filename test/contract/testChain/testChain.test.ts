import { describe, test } from '@jest/globals';
import { startAnvil } from '../../../devnet/ethereum/anvil.js';
import { findGeth, startGeth } from '../../../devnet/ethereum/geth.js';
import { testChainContract } from './suite.js';

testChainContract('Anvil', () => startAnvil({ mining: 'manual' }));

const geth = findGeth();
if (geth === null) {
  describe('test chain on geth', () => {
    test.todo('needs geth: go install github.com/ethereum/go-ethereum/cmd/geth@v1.17.8');
  });
} else {
  testChainContract('geth', () => startGeth(geth));
}
