import type { Logger } from 'pino';
import type { MaskedError } from '../../errors/mask.js';
import type { StreamMetrics } from '../server/streamMetrics.js';
import type { Transport } from './seats.js';

/** A stream that is over, as the log and the metrics know it: never its variables. */
export interface EndedStream {
  readonly transport: Transport;
  readonly requestId: string;
  readonly name: string | null;
  readonly messages: number;
  /** By the process's own clock. */
  readonly startedMs: number;
}

/** One line of the log and one count for each stream. */
export function logEnd(
  { logger, metrics }: { readonly logger: Logger; readonly metrics: StreamMetrics },
  { transport, requestId, name, messages, startedMs }: EndedStream,
  errors: readonly MaskedError[] | null,
): void {
  const codes = errors?.map(({ extensions }) => extensions.code);
  const durationMs = Math.round(performance.now() - startedMs);
  metrics.ended(transport, codes?.[0] ?? 'none');
  logger.info(
    { requestId, transport, operation: { name }, messages, durationMs, ...(codes && { codes }) },
    'stream ended',
  );
}
