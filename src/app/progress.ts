import type { Logger } from 'pino';
import type { IngestReport, Progress, Reason } from '../ingest/index.js';

/** How often a long back-fill says where it is. */
const EVERY_MS = 2_000;

/** Says in the log what one ledger's ingest does: changes at once, progress now and then, each block never. */
export function logProgress(ledger: string, logger: Logger): (report: IngestReport) => void {
  let last: IngestReport['kind'] | null = null;
  let saidAt = 0;
  return (report) => {
    const changed = report.kind !== last;
    const due = report.kind === 'backfilling' && Date.now() - saidAt > EVERY_MS;
    last = report.kind;
    if (!changed && !due) return;
    saidAt = Date.now();
    say(ledger, report, logger);
  };
}

function say(ledger: string, report: IngestReport, logger: Logger): void {
  switch (report.kind) {
    case 'starting':
      logger.debug({ ledger }, `${ledger}: starting`);
      return;
    case 'backfilling':
      sayProgress(ledger, report.progress, logger);
      return;
    case 'following': {
      const block = report.tip === null ? null : report.tip.number;
      logger.info({ ledger, block }, `${ledger}: following the head from block ${String(block)}`);
      return;
    }
    case 'waiting':
      sayReason(ledger, 'waiting', report.reason, logger);
      return;
    case 'stopped':
      if (report.reason !== null) sayReason(ledger, 'stopped', report.reason, logger);
  }
}

function sayProgress(ledger: string, progress: Progress, logger: Logger): void {
  const { done, total, blocksPerSecond, secondsLeft } = progress;
  const left = secondsLeft === null ? '' : `, ${Math.ceil(secondsLeft)} s left`;
  const text = `${ledger}: ${done} of ${total} blocks, ${Math.round(blocksPerSecond)}/s${left}`;
  logger.info({ ledger, done, total, blocksPerSecond: Math.round(blocksPerSecond) }, text);
}

function sayReason(ledger: string, what: string, reason: Reason, logger: Logger): void {
  logger.warn({ ledger, code: reason.code }, `${ledger}: ${what}: ${reason.message}`);
}
