export { startAnvil, type AnvilOptions } from './anvil.js';
export { devAccount, devAccountOf, devAccounts, type DevAccountName } from './devAccounts.js';
export { waitForReceipt, type Receipt } from './receipt.js';
export { startEthereum, type DeployedContract, type EthereumOptions, type EthereumWorld } from './startEthereum.js';
export type { DevTransaction, TestChain } from './testChain.js';
