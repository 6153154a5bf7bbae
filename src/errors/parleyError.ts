import { catalogue, type ErrorCode } from './catalogue.js';

export interface ErrorFacts {
  /** What was asked for or given, as far as it may be shown. */
  readonly got?: unknown;
  readonly expected?: unknown;
  /** What to do; the catalogue's text where absent. */
  readonly fix?: string;
  /** The ledger, partner or store that the error is about. */
  readonly source?: string;
  /** What others said, in their words; no secrets. */
  readonly details?: unknown;
  /** Where a stream that ended can be resumed. */
  readonly cursor?: string;
  readonly cause?: unknown;
}

/** The one error that crosses rooms: a code of the catalogue, what happened, got, expected and fix. */
export class ParleyError extends Error {
  override readonly name = 'ParleyError';
  readonly got: unknown;
  readonly expected: unknown;
  readonly fix: string;
  readonly source: string | undefined;
  readonly details: unknown;
  readonly cursor: string | undefined;

  constructor(
    readonly code: ErrorCode,
    /** What happened, in a sentence without the full stop that joins to nothing. */
    readonly what: string,
    facts: ErrorFacts = {},
  ) {
    const fix = facts.fix ?? catalogue[code].fix;
    super(sentence(what, facts, fix), facts.cause === undefined ? undefined : { cause: facts.cause });
    this.got = facts.got;
    this.expected = facts.expected;
    this.fix = fix;
    this.source = facts.source;
    this.details = facts.details;
    this.cursor = facts.cursor;
  }

  get retryable(): boolean {
    return catalogue[this.code].retryable;
  }

  get status(): number {
    return catalogue[this.code].status;
  }
}

function sentence(what: string, facts: ErrorFacts, fix: string): string {
  const got = facts.got === undefined ? '' : ` Got: ${show(facts.got)}.`;
  const expected = facts.expected === undefined ? '' : ` Expected: ${show(facts.expected)}.`;
  // A list of reasons ends with its own line: what follows begins one.
  const end = what.endsWith('\n') ? '' : '.';
  return `${what.replace(/\.$/, '')}${end}${got}${expected}${end === '' && got + expected === '' ? '' : ' '}Fix: ${fix}`;
}

function show(value: unknown): string {
  if (typeof value === 'string') return value;
  const text = JSON.stringify(value, (_, v: unknown) => (typeof v === 'bigint' ? v.toString() : v)) ?? String(value);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
