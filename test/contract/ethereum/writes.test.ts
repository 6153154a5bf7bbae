import { test } from '@jest/globals';
import { findGeth, startGeth } from '../../../devnet/ethereum/geth.js';
import { startAnvil } from '../../../devnet/ethereum/index.js';
import { writesContract } from './writes.contract.js';

writesContract('Anvil', () => startAnvil({ mining: 'manual' }));

const geth = findGeth();
if (geth === null) {
  test.skip('geth is not here, so nothing was run on it: go install github.com/ethereum/go-ethereum/cmd/geth@v1.17.8', () =>
    undefined);
} else {
  writesContract('geth', () => startGeth(geth));
}
