export { readConfigSignature, readUpdatePayload } from './describe/readSigned.js';
