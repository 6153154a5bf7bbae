export { requireAdmissible } from './admissible.js';
export { readConfigSignature, readUpdatePayload } from './describe/readSigned.js';
export { openConfigBlock } from './inForce.js';
export { sameChange } from './sameChange.js';
export { checkSignature } from './signatures/check.js';
export { ConfigObserver } from './observe.js';
export { ConfigWrites } from './writes.js';
