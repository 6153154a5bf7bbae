export { holdIngest, standBy, whileHoldingIngest } from './ingestHold.js';
export type { IngestHold } from './hold/hold.js';
export { openReader, openStore, type OpenOptions } from './open.js';
export { openJournal } from './openJournal.js';
export { watchOutbox, type OutboxWatch } from './watchOutbox.js';
