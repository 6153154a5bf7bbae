export { catalogue, type CatalogueEntry, type ErrorCode } from './catalogue.js';
export { ParleyError, type ErrorFacts } from './parleyError.js';
