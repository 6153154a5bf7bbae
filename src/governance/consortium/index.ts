export { ConsortiumObserver } from './observe.js';
export { ConsortiumWrites, type ConsortiumParts } from './writes.js';
export { readAnswer } from './readAnswer.js';
export * from './moving/index.js';
