export { holdIngest, whileHoldingIngest, type IngestHold } from './ingestHold.js';
export { openReader, openStore, type OpenOptions } from './open.js';
