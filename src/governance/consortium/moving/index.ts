export {
  compareNetwork,
  keptNetwork,
  keptState,
  type Comparison,
  type KeptNetwork,
  type KeptState,
} from './compare.js';
export { requireMapping, type Mapping, type MappingRules } from './mapping.js';
export { movingCalls, SEAL, type MovingCall, type Present } from './pages.js';
export { movingNetwork, type MovingNetwork } from './records.js';
