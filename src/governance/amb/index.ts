export { createAmbClient, type AmbPlace } from './client.js';
export { readSnapshot, type AmbSnapshot } from './snapshot.js';
