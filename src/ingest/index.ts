export type { ObserversOf } from './governing.js';
export { runIngest, type IngestOptions } from './ingest.js';
export { rebuildLedger, type RebuildOptions, type RebuildResult } from './rebuild.js';
export type { IngestListener, IngestReport, Progress, Reason } from './report.js';
export type { Difference } from './verify/difference.js';
export { verifyLedger, type VerifyOptions, type VerifyResult } from './verify/verify.js';
export { chainCheck } from './votes/chainCheck.js';
export { verifyProposal, type ProposalVerdict } from './votes/verifyProposal.js';
export type { ProvenVote } from './votes/witness.js';
