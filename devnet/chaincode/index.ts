export { CHAINCODE_NAMES, type ChaincodeName, type ServedChaincode } from './options.js';
export { startChaincodes } from './startChaincodes.js';
