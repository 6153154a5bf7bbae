export { GovernorObserver, type GovernorParts } from './observe.js';
export { GovernorWrites, type GovernorWritesParts } from './writes.js';
