export { findFabricPrograms, requireFabricPrograms, type FabricPrograms } from './programs.js';
export { startRealNetwork, type RealNetwork } from './realNetwork.js';
