import { startAnvil } from '../../../devnet/ethereum/anvil.js';
import { testChainContract } from './suite.js';

testChainContract('Anvil', () => startAnvil({ mining: 'manual' }));
