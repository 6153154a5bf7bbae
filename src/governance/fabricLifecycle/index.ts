export { LifecycleObserver } from './observe.js';
