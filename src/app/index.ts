export { diagnose, type Finding } from './diagnose.js';
export { draftConfig, type DraftAnswers } from './draft.js';
export { forgetIndex, rebuildIndex, verifyIndex } from './maintenance.js';
export type { Progress } from '../ingest/index.js';
export {
  bootstrapNetwork,
  exportAmb,
  mappingOf,
  type AmbExport,
  type BootstrapMode,
  type BootstrapPlan,
  type BootstrapResult,
} from './leaving/index.js';
export { MAX_EXPORT_BYTES, readExport, tooLarge } from '../governance/amb/index.js';
export { composeGraph, schemaDrift, schemaFiles } from './schema.js';
export { startApp, type App, type AppOptions } from './start.js';
export { openRequest, type OpenRequest } from './voteSigning/index.js';
export { verifyVotes, type VerifyVotesOptions, type VotesVerdict } from './voteVerification/index.js';
