export { openReader, openStore } from './open.js';
