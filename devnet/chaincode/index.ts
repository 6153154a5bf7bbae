export { DEV_WORLD_CHAINCODES, type ChaincodeDeployment, type CollectionDefinition } from './definitions.js';
export { CHAINCODE_NAMES, type ChaincodeName, type ServedChaincode } from './options.js';
export { startChaincodes } from './startChaincodes.js';
