import { findGeth, startGeth } from '../../devnet/ethereum/geth.js';
import { test } from '@jest/globals';
import { busyContract } from './ethereum/busy.contract.js';
import { reorgContract } from './ethereum/reorg.contract.js';
import { ethereumWorld } from './ethereumWorld.js';
import { ledgerContract } from './ledger.contract.js';

const geth = findGeth();

if (geth === null) {
  test.skip('geth is not here, so nothing was run on it: go install github.com/ethereum/go-ethereum/cmd/geth@v1.17.8', () =>
    undefined);
} else {
  ledgerContract('An Ethereum ledger on geth', () => ethereumWorld(() => startGeth(geth)));
  reorgContract('geth', () => startGeth(geth), true);
  busyContract('geth', () => startGeth(geth));
}
