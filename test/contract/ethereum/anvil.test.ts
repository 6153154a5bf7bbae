import { startAnvil, type TestChain } from '../../../devnet/ethereum/index.js';
import { busyContract } from './busy.contract.js';
import { reorgContract } from './reorg.contract.js';

const start = (): Promise<TestChain> => startAnvil({ mining: 'manual', slotsInAnEpoch: 1 });

reorgContract('Anvil', start, false);
busyContract('Anvil', start);
