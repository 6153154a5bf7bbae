export { createFeed, type FeedOptions } from './createFeed.js';
export { matches, predicate } from './match.js';
