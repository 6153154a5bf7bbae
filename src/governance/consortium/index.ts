export { ConsortiumObserver } from './observe.js';
