export type { StoryProgress } from './beginning.js';
export type { LivingOptions } from './living.js';
export { openStory, type Story, type StoryOptions } from './story.js';
export { INVITED, PARTIES, PARTY_NAMES, type Party, type StoryOrganization, type StoryWorld } from './storyWorld.js';
