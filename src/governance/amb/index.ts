export { createAmbClient, type AmbPlace } from './client.js';
export { KnownNetwork } from './compare.js';
export { AmbObserver } from './observe.js';
export { packRecord, unpackRecord, type AmbRecord } from './record.js';
export { readSnapshot, type AmbSnapshot } from './snapshot.js';
