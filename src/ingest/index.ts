export { runIngest, type IngestOptions } from './ingest.js';
export type { IngestListener, IngestReport, Progress, Reason } from './report.js';
