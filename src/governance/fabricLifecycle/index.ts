export { LifecycleObserver } from './observe.js';
export { createLifecycleWrites, type LifecycleParts } from './writes.js';
