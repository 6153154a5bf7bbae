export { openReader, openStore, type OpenOptions } from './open.js';
