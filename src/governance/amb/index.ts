export { createAmbClient, type AmbPlace } from './client.js';
export { exportNetwork, notTold } from './export.js';
export { exportJsonSchema, exportText, MAX_EXPORT_BYTES, readExport, tooLarge } from './exportFile.js';
export { KnownNetwork } from './compare.js';
export { AmbLedger, ambLedgerId, type AmbLedgerOptions } from './ledger.js';
export { AmbObserver } from './observe.js';
export { packRecord, unpackRecord, type AmbRecord } from './record.js';
export { readSnapshot, type AmbSnapshot } from './snapshot.js';
export { AmbWrites, type AmbAdministrator } from './writes.js';
