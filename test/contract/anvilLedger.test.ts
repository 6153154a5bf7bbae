import { startAnvil } from '../../devnet/ethereum/index.js';
import { ethereumWorld } from './ethereumWorld.js';
import { ledgerContract } from './ledger.contract.js';

ledgerContract('An Ethereum ledger on Anvil, heads announced', () =>
  ethereumWorld(() => startAnvil({ mining: 'manual' })),
);
ledgerContract('An Ethereum ledger on Anvil, heads polled', () =>
  ethereumWorld(() => startAnvil({ mining: 'manual' }), { ws: null }),
);
