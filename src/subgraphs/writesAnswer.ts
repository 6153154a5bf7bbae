import { catalogue, ParleyError, type ErrorCode } from '../errors/index.js';
import type { WriteAnswer } from './writes.js';

// What a journaled write answers, as JSON text: what came of it, or why it was refused.

interface Refusal {
  readonly code: ErrorCode;
  readonly what: string;
  readonly fix: string;
  readonly got?: unknown;
  readonly expected?: unknown;
  readonly source?: string;
  readonly details?: unknown;
}
type Kept = { readonly value: WriteAnswer } | { readonly refused: Refusal };

export const keptValue = (value: WriteAnswer): string => JSON.stringify({ value } satisfies Kept);

export function keptRefusal({ code, what, fix, got, expected, source, details }: ParleyError): string {
  const refused = { code, what, fix, got, expected, ...(source === undefined ? {} : { source }), details };
  return JSON.stringify({ refused } satisfies Kept, (_, one: unknown) =>
    typeof one === 'bigint' ? one.toString() : one,
  );
}

/** True where the write surely had no effect. */
export const isRefused = (answer: string | null): boolean => answer?.startsWith('{"refused":') === true;

/** What a write gave. Errors: the one that it was refused with. */
export function valueOf(answer: string | null): WriteAnswer {
  if (answer === null) return null;
  const kept = JSON.parse(answer) as Kept;
  if ('value' in kept) return kept.value;
  const { code, what, ...facts } = kept.refused;
  // An older answer may have a code that is no more.
  throw new ParleyError(code in catalogue ? code : 'SUBMIT_REFUSED', what, facts);
}

/** Whether a write that was refused so would be refused again; else another try may do better. */
export const isLasting = (error: unknown): error is ParleyError =>
  error instanceof ParleyError && !error.retryable && error.code !== 'INTERNAL';
