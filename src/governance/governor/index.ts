export { GovernorObserver, type GovernorParts } from './observe.js';
