export { bootstrapNetwork, type BootstrapMode, type BootstrapPlan, type BootstrapResult } from './bootstrap.js';
export { exportAmb, type AmbExport } from './exportAmb.js';
export { mappingOf } from './mapping.js';
